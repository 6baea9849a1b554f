"""Content-addressed bytes on disk: pictures, generated files, screenshots."""

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from webapp.studio.errors import DiskFull, StoreUnavailable

_FULL = {errno.ENOSPC, errno.EDQUOT}


class FileDamaged(KeyError):
    """Its bytes are gone or others. A run that needs them ends with the code."""

    code = "file_damaged"


@dataclass(frozen=True)
class StoredBlob:
    """A blob on disk: bytes it takes, and when it was last stored, seconds since 1970."""

    digest: str
    size: int
    stored_at: float


def is_digest(text: str) -> bool:
    """Whether `text` is a SHA-256, as blobs are named by."""
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


class FileBlobs:
    """One file per blob, `root/ab/cd…`, named by SHA-256. Safe among threads and processes.

    Each is on the disk before its name is, and its bytes are held to that name when they are read:
    a power cut may take a blob, but none comes back as anything else.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes) -> str:
        """Store bytes, return their SHA-256. Idempotent; repairs a damaged one. Raises DiskFull and
        StoreUnavailable."""
        digest = sha256(data).hexdigest()
        path = self.path(digest)
        try:
            if self._holds(path, data):
                os.utime(path)  # as new to `discard`
            else:
                self._write(path, data)
        except OSError as error:
            if error.errno in _FULL:
                raise DiskFull(detail=f"{len(data):,} bytes did not fit.") from error
            raise StoreUnavailable("store_not_writable", f"{error.strerror}.") from error
        return digest

    def get(self, digest: str) -> bytes:
        """Raises FileDamaged, a KeyError, where it is not there, or not what was stored."""
        path = self.path(digest)
        try:
            data = path.read_bytes() if path.is_file() else b""  # of a pipe nothing ever comes
        except OSError:  # gone, not ours to read, or on a disk that fails
            raise FileDamaged(digest) from None
        if sha256(data).hexdigest() != digest:
            raise FileDamaged(digest)
        return data

    def stored(self) -> Iterator[StoredBlob]:
        """All files there are, whole or not."""
        for path in self._root.glob("??/*"):
            digest = path.parent.name + path.name
            try:
                status = path.lstat()
                if self.path(digest) == path and stat.S_ISREG(status.st_mode):
                    yield StoredBlob(digest, status.st_size, status.st_mtime)
            except (KeyError, OSError):
                continue  # half written, or gone

    def half_written(self) -> Iterator[Path]:
        """What is being written now, and what was when its process or the machine ended."""
        yield from self._root.glob("??/.*")

    def discard(self, digest: str, stored_before: float) -> bool:
        """Delete a blob, unless it was stored again since; whether it was deleted."""
        path = self.path(digest)
        try:
            if path.stat().st_mtime >= stored_before:
                return False
            path.unlink()
        except FileNotFoundError:
            return False
        return True

    @contextmanager
    def at_hand(self) -> Iterator["FileBlobs"]:
        """This store, for work that needs files, or the same bytes again and again."""
        yield self

    def check_available(self) -> None:
        """Raises StoreUnavailable where nothing can be written."""
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            writable = os.access(self._root, os.W_OK | os.X_OK)
        except OSError:
            writable = False
        if not writable:
            raise StoreUnavailable("store_not_writable")

    def path(self, digest: str) -> Path:
        """Where a blob lies, or would. Raises KeyError for what is no SHA-256."""
        if not is_digest(digest):
            raise KeyError(digest)
        return self._root / digest[:2] / digest[2:]

    def _holds(self, path: Path, data: bytes) -> bool:
        try:
            status = path.lstat()
            return (
                stat.S_ISREG(status.st_mode)
                and status.st_size == len(data)
                and path.read_bytes() == data
            )
        except OSError:
            return False

    def _write(self, path: Path, data: bytes) -> None:
        """Write beside the target and rename, so that a reader never sees half a blob."""
        _clear_way(path.parent)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if path.is_dir() and not path.is_symlink():  # no file can take its name
                shutil.rmtree(path)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise


def _clear_way(folder: Path) -> None:
    """Remove what stands in place of a folder of blobs, where nobody stores anything else."""
    if os.path.lexists(folder) and not folder.is_dir():
        folder.unlink()
