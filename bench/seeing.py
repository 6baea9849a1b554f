"""The seeing simulator as a process, for whoever needs a model that looks at what it is sent."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.stack import ROOT

NAME = "seeing"


class NotServed(Exception):
    """The simulator ended before it said where it is."""


@contextmanager
def serve_seeing(*options: str) -> Iterator[str]:
    """The address, up to and including /v1, while the process runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "workers.models.simulated.seeing", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        if not url:
            raise NotServed(f"The seeing simulator ended with status {process.wait(10)}.")
        yield url
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
