"""Content-addressed bytes on disk: pictures, generated files, screenshots."""

import errno
import os
import tempfile
from hashlib import sha256
from pathlib import Path

from webapp.studio.errors import DiskFull

_FULL = {errno.ENOSPC, errno.EDQUOT}


class FileBlobs:
    """One file per blob, `root/ab/cd…`, named by SHA-256. Safe among threads and processes."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes) -> str:
        """Store bytes, return their SHA-256. Idempotent. Raises DiskFull."""
        digest = sha256(data).hexdigest()
        path = self.path(digest)
        if not path.exists():
            try:
                self._write(path, data)
            except OSError as error:
                if error.errno in _FULL:
                    raise DiskFull(detail=f"{len(data):,} bytes did not fit.") from error
                raise
        return digest

    def get(self, digest: str) -> bytes:
        """Raises KeyError."""
        try:
            return self.path(digest).read_bytes()
        except FileNotFoundError:
            raise KeyError(digest) from None

    def path(self, digest: str) -> Path:
        """Where a blob lies, or would. Raises KeyError for what is no SHA-256."""
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise KeyError(digest)
        return self._root / digest[:2] / digest[2:]

    def _write(self, path: Path, data: bytes) -> None:
        """Write beside the target and rename, so that a reader never sees half a blob."""
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
