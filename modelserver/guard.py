"""Stands between `modelserver.serve` and SGLang: when that command is gone, all of SGLang ends.

Run as a program with SGLang's command line. SGLang's own processes watch their parent only once
they have imported everything; one that is orphaned before that would stay. This process notices by
its standard input, which the command holds open as long as it lives.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading

PR_SET_PDEATHSIG = 1  # linux/prctl.h
STOP_WITHIN = 10.0  # seconds of grace before SIGKILL


def main(command: list[str]) -> int:
    """Run it until it ends or standard input does. Returns its exit status, as a shell would."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent
    )
    threading.Thread(target=end_with_input, args=(process,), daemon=True).start()
    status = process.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # whatever it left behind
    return status if status >= 0 else 128 - status


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent dies, however it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end_with_input(process: subprocess.Popen[bytes]) -> None:
    sys.stdin.buffer.read()
    process.terminate()
    try:
        process.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
