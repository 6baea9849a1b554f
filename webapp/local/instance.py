"""The one service that runs on a data folder."""

import fcntl
import json
import shutil
import tempfile
from pathlib import Path

LOCK = "up.lock"
PREFIX = "mockwright-up-"


class AlreadyServed(Exception):
    """Another service runs on the folder; the message says which."""


class Instance:
    """Holds the data folder, and a folder for all that is temporary. Both end with its process,
    however that dies: the kernel frees the lock, and the next service removes the other."""

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
        left = _read(self._file.name).get("temporary", "")
        if Path(left).name.startswith(PREFIX):
            shutil.rmtree(left, ignore_errors=True)
        self.temporary = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._file.truncate(0)
        json.dump({"origin": origin, "temporary": str(self.temporary)}, self._file)
        self._file.flush()

    def release(self) -> None:
        shutil.rmtree(self.temporary, ignore_errors=True)
        self._file.truncate(0)
        self._file.close()


def _read(path: str) -> dict[str, str]:
    """What the lock's holder wrote into it; nothing where that cannot be read."""
    try:
        told = json.loads(Path(path).read_text() or "{}")
    except (OSError, ValueError):
        return {}
    return {key: str(value) for key, value in told.items()} if isinstance(told, dict) else {}
