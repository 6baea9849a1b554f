#!/usr/bin/env python3
"""Run two commands of a shell at the same time: `side_by_side.py FIRST SECOND`.

What the first one says is seen at once, what the second one says when both have ended. The status
is that of the first one that failed, else 0. Ctrl-C reaches both by itself; SIGTERM is passed on.
"""

import shutil
import signal
import subprocess
import sys
import tempfile


def main(first: str, second: str) -> int:
    with tempfile.TemporaryFile() as told:
        running = [
            subprocess.Popen(["sh", "-c", f"exec {first}"]),
            subprocess.Popen(["sh", "-c", f"exec {second}"], stdout=told, stderr=told),
        ]
        signal.signal(signal.SIGINT, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: terminate(running))
        statuses = [process.wait() for process in running]
        told.seek(0)
        shutil.copyfileobj(told, sys.stdout.buffer)
    failed = next((status for status in statuses if status), 0)
    return failed if failed >= 0 else 128 - failed  # as a shell tells of a signal


def terminate(running: "list[subprocess.Popen[bytes]]") -> None:
    for process in running:
        process.terminate()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
