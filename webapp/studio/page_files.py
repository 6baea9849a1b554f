"""Which files a page may have: relative paths that any system can hold, of bounded size.

A page is taken home in a zip, so what one system hides, reserves or confuses is refused for all.

NameRefused             a path that no page may have; the text names the cause
"""

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

MAX_PATH = 200  # bytes of UTF-8
MAX_DEPTH = 8  # folders and the file
MAX_FILE = 8 * 2**20  # bytes
MAX_FILES = 200
MAX_TOTAL = 64 * 2**20  # bytes
TEXT_SUFFIXES = {".html", ".htm", ".css", ".js", ".mjs", ".json", ".svg", ".txt", ".md"}
TEXT_SUFFIXES |= {".ts", ".tsx", ".jsx", ".vue"}
RESERVED = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"}
RESERVED |= {f"{device}{digit}" for device in ("COM", "LPT") for digit in "123456789¹²³"}
FORBIDDEN = set('<>:"|?*')
PROVENANCE = "PROVENANCE.json"  # what Mockwright writes beside the files that are taken home


class NameRefused(ValueError):
    """`str()` is a sentence with the name and the cause."""


def clean_path(path: str) -> str:
    """The normal form of a relative path. Raises NameRefused where it is not one."""
    if not path or not path.strip():
        raise NameRefused("The path is empty. Use a relative path such as 'index.html'.")
    if any(not letter.isprintable() or letter == "\\" for letter in path):
        raise NameRefused(f"{path!r} contains a character that is not allowed in a path.")
    if (size := len(path.encode())) > MAX_PATH:
        raise NameRefused(f"The path is too long: {size} bytes; at most {MAX_PATH} may be.")
    pure = PurePosixPath(path)
    if pure.is_absolute() or path.startswith("~"):
        raise NameRefused(f"{path!r} is absolute. Use a relative path such as 'index.html'.")
    if ".." in pure.parts:
        raise NameRefused(f"{path!r} leads out of the workspace: '..' is not allowed.")
    if not pure.parts or path.endswith("/"):
        raise NameRefused(f"{path!r} is a folder. Name a file.")
    if len(pure.parts) > MAX_DEPTH:
        raise NameRefused(f"{path!r} is nested deeper than {MAX_DEPTH} levels.")
    return pure.as_posix()


def check_name(path: str, others: Iterable[str]) -> None:
    """Raises NameRefused for a clean path that some system hides or reserves, or takes for one of
    the `others`; and for one that is a folder where another is a file."""
    for part in PurePosixPath(path).parts:
        if part.startswith("."):
            raise NameRefused(
                f"{path!r}: names that start with a dot are hidden. Leave the dot out."
            )
        if part.split(".")[0].rstrip().upper() in RESERVED:
            raise NameRefused(f"{path!r}: Windows reserves {part!r}. Choose another name.")
        if set(part) & FORBIDDEN or part[-1] in ". ":
            raise NameRefused(
                f"{path!r}: Windows has no such name as {part!r}. Use letters and digits."
            )
    if path.casefold() == PROVENANCE.casefold():
        raise NameRefused(f"{path!r} is what Mockwright adds to the zip. Choose another name.")
    files = {*others}
    places = {_folded(place): place for known in files for place in _with_folders(known)}
    for place in _with_folders(path):
        known = places.get(_folded(place), place)
        if known != place:
            raise NameRefused(
                f"{path!r} differs from {known!r} in case or accents alone, and is one with it"
                " on many systems. Write it the same way."
            )
        if place != path and place in files:
            raise NameRefused(f"{path!r} lies under the file {place!r}, which cannot be a folder.")
    if path in places and path not in files:
        raise NameRefused(f"{path!r} is a folder, not a file. Choose another name.")


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _with_folders(path: str) -> list[str]:
    """A file and the folders it lies in."""
    parts = PurePosixPath(path).parts
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
