"""The web server of a test's own installation, for pages that a real browser looks at."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from bench.stack import free_port
from tests.database import database_url


@pytest.fixture
def origins(installation: None, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The web server of this test's installation: the interface and the previews."""
    app, previews = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    environment = {
        **os.environ,
        "MOCKWRIGHT_DATA": str(tmp_path),
        "MOCKWRIGHT_DATABASE_URL": database_url(),
        "MOCKWRIGHT_APP_ORIGIN": app,
        "MOCKWRIGHT_PREVIEW_ORIGIN": previews,
    }
    command = [sys.executable, "-m", "webapp.local.serve", app, previews]
    server = subprocess.Popen(command, env=environment)
    try:
        wait_for(f"{app}/healthz", server)
        yield app, previews
    finally:
        server.terminate()
        server.wait()


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            urlopen(url, timeout=5).close()
        except ConnectionError:
            continue
        except OSError as error:
            if isinstance(getattr(error, "reason", None), ConnectionError):
                continue
            raise
        return
    raise AssertionError("the web server ended")
