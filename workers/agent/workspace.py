"""The folder an agent writes its page into: jailed relative paths, bounded size, line diffs.

WorkspaceError          a path or a size the workspace refuses; the text names the cause
"""

import errno
import hashlib
import os
import shutil
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath

from webapp.studio.events import FileRef, LineRange
from workers.agent.protocols import Blobs

MAX_PATH = 200  # bytes of UTF-8
MAX_DEPTH = 8  # folders and the file
MAX_FILE = 8 * 2**20  # bytes
MAX_FILES = 200
MAX_TOTAL = 64 * 2**20  # bytes
RESERVED = {"CON", "PRN", "AUX", "NUL"}
RESERVED |= {f"{device}{digit}" for device in ("COM", "LPT") for digit in "123456789¹²³"}
FORBIDDEN = set('<>:"|?*')
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
        self._check_name(_clean(path))
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

    def _check_name(self, path: str) -> None:
        """Raises WorkspaceError for a name that some system hides, reserves or confuses."""
        for part in PurePosixPath(path).parts:
            if part.startswith("."):
                raise WorkspaceError(
                    f"{path!r}: names that start with a dot are hidden. Leave the dot out."
                )
            if part.split(".")[0].rstrip().upper() in RESERVED:
                raise WorkspaceError(f"{path!r}: Windows reserves {part!r}. Choose another name.")
            if set(part) & FORBIDDEN or part[-1] in ". ":
                raise WorkspaceError(
                    f"{path!r}: Windows has no such name as {part!r}. Use letters and digits."
                )
        places = {_folded(place): place for known in self.list() for place in _with_folders(known)}
        for place in _with_folders(path):
            known = places.get(_folded(place), place)
            if known != place:
                raise WorkspaceError(
                    f"{path!r} differs from {known!r} in case or accents alone, and is one with it"
                    " on many systems. Write it the same way."
                )

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


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _with_folders(path: str) -> list[str]:
    """A file and the folders it lies in."""
    parts = PurePosixPath(path).parts
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


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
    if not path or not path.strip():
        raise WorkspaceError("The path is empty. Use a relative path such as 'index.html'.")
    if any(not letter.isprintable() or letter == "\\" for letter in path):
        raise WorkspaceError(f"{path!r} contains a character that is not allowed in a path.")
    if (size := len(path.encode())) > MAX_PATH:
        raise WorkspaceError(f"The path is too long: {size} bytes; at most {MAX_PATH} may be.")
    pure = PurePosixPath(path)
    if pure.is_absolute() or path.startswith("~"):
        raise WorkspaceError(f"{path!r} is absolute. Use a relative path such as 'index.html'.")
    if ".." in pure.parts:
        raise WorkspaceError(f"{path!r} leads out of the workspace: '..' is not allowed.")
    if not pure.parts or path.endswith("/"):
        raise WorkspaceError(f"{path!r} is a folder. Name a file.")
    if len(pure.parts) > MAX_DEPTH:
        raise WorkspaceError(f"{path!r} is nested deeper than {MAX_DEPTH} levels.")
    return pure.as_posix()


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
