"""The one service that runs on a data folder, and what a dead one left on this machine."""

import fcntl
import json
import os
import shutil
import tempfile
from pathlib import Path

import psutil

LOCK = "up.lock"
PREFIX = "mockwright-up-"
UNFINISHED = "mockwright-new-"
# a Redis listens on a socket two folders below, and a socket's path may have about 100 characters
LONGEST_PARENT = 40
SHORT_PARENT = Path("/tmp")  # noqa: S108  the folder made there is private


class AlreadyServed(Exception):
    """Another service runs on the folder; the message says which."""


class Instance:
    """Holds the data folder, and a folder for all that is temporary. Both end with its process,
    however that dies: the kernel frees the locks, and the next service on this machine ends the
    processes and removes the folder of one that is dead."""

    def __init__(self, data: Path, origin: str) -> None:
        """Raises AlreadyServed and OSError."""
        self._file = (data / LOCK).open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = _read(self._file.name)
            self._file.close()
            raise AlreadyServed(
                f"{data} is served already, at {other.get('origin', 'an unknown address')}. Stop "
                "that service, or choose another folder with MOCKWRIGHT_DATA."
            ) from None
        parent = _parent()
        left = Path(_read(self._file.name).get("temporary", ""))
        for folder in {*parent.glob(f"{PREFIX}*"), left}:
            _remove_left(folder)
        self.temporary, self._descriptor = _make_held(parent)
        self._file.truncate(0)
        json.dump({"origin": origin, "temporary": str(self.temporary)}, self._file)
        self._file.flush()

    def release(self) -> None:
        shutil.rmtree(self.temporary, ignore_errors=True)
        os.close(self._descriptor)
        self._file.truncate(0)
        self._file.close()


def _parent() -> Path:
    """Where temporary folders are made."""
    usual = Path(tempfile.gettempdir())
    return usual if len(str(usual)) <= LONGEST_PARENT else SHORT_PARENT


def _make_held(parent: Path) -> tuple[Path, int]:
    """A folder, and the descriptor that locks it for as long as this process lives. It gets its
    name once it is locked, so that no other service takes it for one that is left over."""
    made = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=parent))
    descriptor = os.open(made, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return made.rename(parent / made.name.replace(UNFINISHED, PREFIX)), descriptor


def _remove_left(folder: Path) -> None:
    """Remove the folder of a service that is dead, after what of that service still runs."""
    if not folder.name.startswith(PREFIX):
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return  # gone, or somebody else's
    try:
        if os.fstat(descriptor).st_uid == os.getuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _end_processes(folder)
            shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        pass  # it lives
    finally:
        os.close(descriptor)


def _end_processes(folder: Path) -> None:
    """Kill what has the folder for its temporary files: a process that was stopped or busy when
    its service was killed. A browser does not, and ends with the driver that started it."""
    for process in psutil.process_iter():
        try:
            if process.environ().get("TMPDIR") == str(folder):
                process.kill()
        except psutil.Error:
            continue


def _read(path: str) -> dict[str, str]:
    """What the lock's holder wrote into it; nothing where that cannot be read."""
    try:
        told = json.loads(Path(path).read_text() or "{}")
    except (OSError, ValueError):
        return {}
    return {key: str(value) for key, value in told.items()} if isinstance(told, dict) else {}
