"""The folder an agent writes its page into: jailed relative paths, bounded size, line diffs.

WorkspaceError          a path or a size the workspace refuses; the text names the cause
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath

from webapp.studio.events import FileRef, LineRange
from webapp.studio.page_files import (
    MAX_FILE,
    MAX_FILES,
    MAX_TOTAL,
    NameRefused,
    check_name,
    clean_path,
)
from workers.agent.protocols import Blobs

MAX_RANGES = 200  # changed ranges reported for one write; more are joined into one


class WorkspaceError(Exception):
    """A file operation the workspace refuses. `str()` is a sentence for the model."""


class Workspace:
    """Files under `root`, addressed by relative POSIX paths. No path leads out of it."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root.resolve()

    def write(self, path: str, data: bytes) -> FileRef:
        """Create or replace a file. Raises WorkspaceError; OSError where the disk is full.

        The name is one that any system can hold, as the files are taken home in a zip.
        """
        try:
            check_name(_clean(path), self.list())
        except NameRefused as error:
            raise WorkspaceError(str(error)) from error
        return self._write(path, data)

    def _write(self, path: str, data: bytes) -> FileRef:
        target = self._locate(path)
        self._check_size(target, len(data))
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
            with os.fdopen(os.open(target, flags, 0o644), "wb") as file:
                file.write(data)
        except OSError as error:
            raise _explain(path, error) from error
        return _ref(_clean(path), data)

    def read(self, path: str) -> bytes:
        """Raises WorkspaceError where there is no such file."""
        target = self._locate(path)
        if not target.is_file():
            raise WorkspaceError(f"There is no file {path!r}. {self._inventory()}")
        return target.read_bytes()

    def read_text(self, path: str) -> str:
        """A file as UTF-8 text. Raises WorkspaceError for pictures and other binary files."""
        try:
            return self.read(path).decode()
        except UnicodeDecodeError as error:
            raise WorkspaceError(f"{path!r} is not a text file.") from error

    def exists(self, path: str) -> bool:
        return self._locate(path).is_file()

    def list(self) -> tuple[str, ...]:
        """The relative paths of all files, sorted. Links are not listed."""
        found = (path for path in self.root.rglob("*") if path.is_file() and not path.is_symlink())
        return tuple(sorted(path.relative_to(self.root).as_posix() for path in found))

    def files(self) -> tuple[FileRef, ...]:
        """A snapshot: every file with its hash and size, sorted by path."""
        return tuple(_ref(path, (self.root / path).read_bytes()) for path in self.list())

    def restore(self, files: Iterable[FileRef], blobs: Blobs) -> None:
        """Make the folder hold exactly `files`, their bytes taken from `blobs`."""
        shutil.rmtree(self.root)
        self.root.mkdir()
        for file in files:
            self._write(file.path, blobs.get(file.sha256))

    def _locate(self, path: str) -> Path:
        """The file a relative path names; raises WorkspaceError where it is not allowed."""
        target = self.root
        for part in PurePosixPath(_clean(path)).parts:
            target = target / part
            if target.is_symlink():
                raise WorkspaceError(f"{path!r} leads through a link, which is not allowed.")
        return target

    def _check_size(self, target: Path, size: int) -> None:
        if size > MAX_FILE:
            raise WorkspaceError(
                f"The file has {size} bytes; at most {MAX_FILE} are allowed. Write less."
            )
        others = [self.root / path for path in self.list()]
        others = [path for path in others if path != target]
        if len(others) >= MAX_FILES:
            raise WorkspaceError(f"There are {MAX_FILES} files already; no more are allowed.")
        if sum(path.stat().st_size for path in others) + size > MAX_TOTAL:
            raise WorkspaceError(f"All files together may have at most {MAX_TOTAL} bytes.")

    def _inventory(self) -> str:
        names = ", ".join(self.list()[:20])
        return f"The files are: {names}." if names else "There are no files yet."


def changed_lines(before: str, after: str) -> tuple[LineRange, ...]:
    """The lines of `after` that differ from `before`; a removal marks the line it closed up to."""
    old, new = before.splitlines(), after.splitlines()
    if not new:
        return ()
    matcher = SequenceMatcher(None, old, new, autojunk=len(new) > 2000)
    ranges = tuple(
        LineRange(first=min(first + 1, len(new)), last=max(last, min(first + 1, len(new))))
        for tag, _, _, first, last in matcher.get_opcodes()
        if tag != "equal"
    )
    if len(ranges) > MAX_RANGES:
        return (LineRange(first=ranges[0].first, last=ranges[-1].last),)
    return ranges


def _clean(path: str) -> str:
    """The normal form of a relative path; raises WorkspaceError where it is not one."""
    try:
        return clean_path(path)
    except NameRefused as error:
        raise WorkspaceError(str(error)) from error


def _ref(path: str, data: bytes) -> FileRef:
    return FileRef(path=path, sha256=hashlib.sha256(data).hexdigest(), size=len(data))


def _explain(path: str, error: OSError) -> Exception:
    """The refusal an operating system error stands for; a full disk stays what it is."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return error
    reasons = {
        errno.EISDIR: "is a folder, not a file",
        errno.ENOTDIR: "lies under a file, which cannot be a folder too",
        errno.EEXIST: "lies under a file, which cannot be a folder too",
        errno.ELOOP: "leads through a link, which is not allowed",
        errno.ENAMETOOLONG: "has a name that is too long",
    }
    reason = reasons.get(error.errno or 0, f"cannot be written: {error.strerror}")
    return WorkspaceError(f"{path!r} {reason}.")
