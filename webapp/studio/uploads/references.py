"""Take in what a person gives beside mockups: rules, design tokens, or a page to start from.

Pure: bytes in, `Reference` out. What a file is for is told by its name's ending.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from webapp.studio.errors import BadReference
from webapp.studio.uploads.site_zip import SiteLimits, read_site

Kind = Literal["rules", "tokens", "base"]
KINDS: dict[str, Kind] = {".md": "rules", ".txt": "rules", ".json": "tokens", ".zip": "base"}


@dataclass(frozen=True)
class ReferenceLimits:
    """What is taken in beside mockups: files of rules and tokens a project, bytes of one; one base
    a project."""

    count: int
    text_bytes: int
    site: SiteLimits


@dataclass(frozen=True)
class Reference:
    """A file taken in. `text` is what rules and tokens say, `files` what a base has, by path;
    `notes` say in sentences what was left out."""

    kind: Kind
    text: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    notes: tuple[str, ...] = ()


def read_reference(data: bytes, name: str, limits: ReferenceLimits) -> Reference:
    """Check a file and read it. Raises BadReference with the code of what is wrong."""
    kind = KINDS.get(PurePosixPath(name).suffix.lower())
    if kind is None:
        raise BadReference("reference_unknown")
    return read_as(kind, data, limits)


def read_as(kind: Kind, data: bytes, limits: ReferenceLimits) -> Reference:
    """Check and read a file of a kind that is known, whatever its name. Raises BadReference."""
    if not data:
        raise BadReference("reference_empty")
    return _READERS[kind](data, limits)


def _read_rules(data: bytes, limits: ReferenceLimits) -> Reference:
    return Reference("rules", _text(data, limits))


def _read_tokens(data: bytes, limits: ReferenceLimits) -> Reference:
    """The design tokens of the W3C's format, or any other JSON."""
    text = _text(data, limits)
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        place = f"Line {error.lineno}, column {error.colno}"
        raise BadReference("tokens_not_json", f"{place}: {error.msg}.") from error
    except RecursionError:
        raise BadReference("tokens_not_json", "It is nested too deeply.") from None
    return Reference("tokens", text)


def _read_base(data: bytes, limits: ReferenceLimits) -> Reference:
    site = read_site(data, limits.site)
    return Reference("base", files=site.files, notes=site.notes)


def _text(data: bytes, limits: ReferenceLimits) -> str:
    if len(data) > limits.text_bytes:
        most = f"at most {limits.text_bytes // 1024:,} KB are read"
        raise BadReference("reference_too_large", f"It has {len(data) / 1024:,.0f} KB; {most}.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadReference("reference_not_text", f"Byte {error.start + 1:,} is not.") from error
    if "\0" in text:
        raise BadReference("reference_not_text", "It has bytes that no text has.")
    return text


_READERS: dict[Kind, Callable[[bytes, ReferenceLimits], Reference]] = {
    "rules": _read_rules,
    "tokens": _read_tokens,
    "base": _read_base,
}
