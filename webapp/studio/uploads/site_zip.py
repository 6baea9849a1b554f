"""A page or site as a zip or a folder, which a run starts from: every file checked, nothing
trusted.

What the zip says of sizes is not believed: no more is unpacked than is allowed.
"""

import codecs
import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from webapp.studio.errors import BadReference
from webapp.studio.page_files import MAX_FILE, PROVENANCE, NameRefused, check_name, clean_path

INDEX = "index.html"
LEFT_OUT = {"__MACOSX", "node_modules"}
MOST_NAMED = 5  # in a sentence
CHUNK = 2**16  # bytes unpacked at a time
TEXTS = {".html", ".htm", ".css", ".js", ".mjs"}
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # which a browser heeds, whatever it is told
ENCRYPTED = 1  # bit of a zip entry's flags

# what zipfile raises on a damaged archive, or one packed in a way it does not know
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(ValueError, LookupError, RuntimeError),
)


@dataclass(frozen=True)
class SiteLimits:
    """Bytes of the zip, bytes of all its files unpacked, and how many files."""

    packed_bytes: int
    unpacked_bytes: int
    files: int


@dataclass(frozen=True)
class Site:
    """The files by path, `index.html` at the top; `notes` say what was left out."""

    files: tuple[tuple[str, bytes], ...]
    notes: tuple[str, ...]


def read_site(data: bytes, limits: SiteLimits) -> Site:
    """The site in a zip. A folder that holds all of it is taken off. Raises BadReference."""
    if len(data) > limits.packed_bytes:
        raise BadReference("base_too_large", _sizes(limits))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries, left_out = _sorted_out(archive)
            _check_count(len(entries), limits)
            files = tuple(_unpack(archive, entries, limits))
    except _DAMAGE as error:
        raise BadReference("base_not_zip") from error
    return Site(_checked(files), _notes(left_out))


def read_folder(files: Iterable[tuple[str, bytes]], limits: SiteLimits) -> Site:
    """The site in the files of a folder by their paths, as a browser gives them: as in a zip.
    Raises BadReference."""
    taken: dict[str, bytes] = {}
    left_out: list[str] = []
    for name, content in files:
        path, parts = _plain(name)
        if any(map(is_left_out, parts)):
            left_out.append(path)
            continue
        if path in taken:
            raise BadReference("base_bad_name", f"{path!r} is in it twice.")
        _check_size(path, len(content))
        taken[path] = content
    _check_count(len(taken), limits)
    if sum(map(len, taken.values())) > limits.unpacked_bytes:
        raise BadReference("base_too_large", _sizes(limits))
    return Site(_checked(tuple(taken.items())), _notes(left_out))


def is_left_out(part: str) -> bool:
    """Whether a file or folder of this name belongs to no page: what is hidden, and some others."""
    return part in LEFT_OUT or part.startswith(".")


def _sorted_out(archive: zipfile.ZipFile) -> tuple[dict[str, zipfile.ZipInfo], list[str]]:
    """The entries that count by their paths, and the paths of those that do not."""
    entries: dict[str, zipfile.ZipInfo] = {}
    left_out: list[str] = []
    for entry in archive.infolist():
        path, parts = _plain(entry.filename)
        if any(map(is_left_out, parts)):
            left_out.append(path)
        elif entry.is_dir():
            continue
        elif entry.flag_bits & ENCRYPTED:
            raise BadReference("base_encrypted")
        elif stat.S_ISLNK(entry.external_attr >> 16):
            raise BadReference("base_bad_name", f"{path!r} is a link.")
        elif path in entries:
            raise BadReference("base_bad_name", f"{path!r} is in it twice.")
        else:
            entries[path] = entry
    return entries, left_out


def _plain(name: str) -> tuple[str, tuple[str, ...]]:
    """A path and its parts. Raises BadReference where it leads out of its folder."""
    plain = PurePosixPath(name)
    path, parts = plain.as_posix(), plain.parts
    if ".." in parts or plain.is_absolute() or "\\" in path:
        raise BadReference("base_bad_name", f"{path!r} leads out of its folder.")
    return path, parts


def _check_count(count: int, limits: SiteLimits) -> None:
    if count > limits.files:
        counts = f"It has {count:,}; at most {limits.files:,} are taken."
        raise BadReference("base_too_many_files", counts)


def _check_size(path: str, size: int) -> None:
    if size > MAX_FILE:
        most = f"a file may have at most {MAX_FILE // 2**20} MB"
        raise BadReference("base_too_large", f"{path!r} is too large: {most}.")


def _unpack(
    archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], limits: SiteLimits
) -> Iterator[tuple[str, bytes]]:
    left = limits.unpacked_bytes
    for path, entry in entries.items():
        content = bytearray()
        with archive.open(entry) as file:
            while piece := file.read(CHUNK):
                content += piece
                if len(content) > left:
                    raise BadReference("base_too_large", _sizes(limits))
                _check_size(path, len(content))
        left -= len(content)
        yield path, bytes(content)


def _checked(files: tuple[tuple[str, bytes], ...]) -> tuple[tuple[str, bytes], ...]:
    """The files without the folder around them, sorted; each of a name that a page's may have."""
    around = _folder_around([path for path, _ in files])
    known: dict[str, bytes] = {}
    try:
        for path, content in files:
            inside = clean_path(path[len(around) :])
            if inside == PROVENANCE:  # it tells of the page that was, and a new one will be written
                continue
            check_name(inside, known)
            _check_text(inside, content)
            known[inside] = content
    except NameRefused as error:
        raise BadReference("base_bad_name", str(error)) from error
    if INDEX not in known:
        raise BadReference("base_no_page", _where_pages_are(known))
    return tuple(sorted(known.items()))


def _check_text(path: str, content: bytes) -> None:
    """Pages, styles and scripts are served, and changed, as UTF-8."""
    if PurePosixPath(path).suffix.lower() not in TEXTS or content.startswith(WIDE):
        return
    try:
        content.decode()
    except UnicodeDecodeError as error:
        place = f"{path!r}, byte {error.start + 1:,}, is something else."
        raise BadReference("base_not_text", place) from error


def _folder_around(paths: list[str]) -> str:
    """The one folder that everything lies in, with its slash; empty where there is none."""
    tops = {path.partition("/")[0] for path in paths if "/" in path}
    if len(tops) != 1 or any("/" not in path for path in paths):
        return ""
    return f"{tops.pop()}/"


def _where_pages_are(known: dict[str, bytes]) -> str:
    pages = [path for path in sorted(known) if path.endswith((".html", ".htm"))]
    return f"It has {_listed(pages)}." if pages else ""


def _notes(left_out: list[str]) -> tuple[str, ...]:
    """One sentence, each thing by the first of its names that is left out."""
    names: dict[str, None] = {}
    for path in left_out:
        parts = PurePosixPath(path).parts
        names[next(filter(is_left_out, parts))] = None
    return (f"Left out: {_listed(list(names))}.",) if names else ()


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _sizes(limits: SiteLimits) -> str:
    packed, unpacked = limits.packed_bytes // 2**20, limits.unpacked_bytes // 2**20
    return f"At most {packed} MB zipped and {unpacked} MB unpacked are taken."
