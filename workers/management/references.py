"""What a command is given beside mockups: rules, design tokens, a page to start from."""

import io
import os
import zipfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from webapp.studio.blobs import FileBlobs
from webapp.studio.catalog.endpoints import ModelEndpoint
from webapp.studio.catalog.options import check_reads_words
from webapp.studio.errors import BadReference, BadRequest
from webapp.studio.events import FileRef
from webapp.studio.uploads.references import Kind, Reference, read_as
from webapp.studio.uploads.site_zip import is_left_out
from workers.agent.protocols import Guideline
from workers.management.command_line import missing, reason_of, wrong
from workers.management.local_run import References


@dataclass(frozen=True)
class ReferenceFiles:
    """What was named, each taken in as an upload is."""

    references: tuple[tuple[str, Reference], ...] = ()

    def stored(self, blobs: FileBlobs) -> References:
        """The same, its files among the blobs."""
        guidelines: list[Guideline] = []
        base: tuple[FileRef, ...] = ()
        for name, taken in self.references:
            if taken.kind == "base":
                base = tuple(_ref(path, content, blobs) for path, content in taken.files)
            else:
                file = _ref(name, taken.text.encode(), blobs)
                guidelines.append(Guideline(taken.kind, file, taken.text))
        return References(tuple(guidelines), base)


def add_references(parser: ArgumentParser) -> None:
    """For a model that reads words."""
    parser.add_argument(
        "--rules", type=Path, action="append", default=[], metavar="FILE", help="as DESIGN.md"
    )
    parser.add_argument(
        "--tokens", type=Path, action="append", default=[], metavar="FILE", help="JSON"
    )
    parser.add_argument(
        "--base", type=Path, metavar="ZIP", help="page to start from, or its folder"
    )


def read_references(
    options: dict[str, object], model: str, endpoints: Sequence[ModelEndpoint]
) -> ReferenceFiles:
    """What the command line names. Raises CommandError with one sentence and a remedy."""
    rules, tokens, base = (options[key] for key in ("rules", "tokens", "base"))
    assert isinstance(rules, list) and isinstance(tokens, list)
    assert base is None or isinstance(base, Path)
    if rules or tokens or base:
        try:
            check_reads_words(model, endpoints, with_tests=True)
        except BadRequest as error:
            raise wrong(
                "--rules, --tokens and --base are for a model that reads words. Name one with "
                "--model."
            ) from error
    return _take_in(rules, tokens, base)


def _take_in(rules: list[Path], tokens: list[Path], base: Path | None) -> ReferenceFiles:
    named: list[tuple[Kind, Path]] = [("rules", path) for path in rules]
    named += [("tokens", path) for path in tokens]
    named += [("base", base)] if base is not None else []
    most = settings.REFERENCE_LIMITS.count
    if len(rules) + len(tokens) > most:
        raise wrong(f"At most {most} files of rules and tokens are read. Leave some out.")
    return ReferenceFiles(tuple((path.name, _take(kind, path)) for kind, path in named))


def _take(kind: Kind, path: Path) -> Reference:
    if not path.exists():
        raise missing(path)
    try:
        folder = kind == "base" and path.is_dir()
        data = _zipped(path) if folder else path.read_bytes()
        return read_as(kind, data, settings.REFERENCE_LIMITS)
    except (BadReference, OSError) as error:
        raise wrong(f"{path}: {reason_of(error)}") from error


def _zipped(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for path in _files_in(folder):
            archive.write(path, path.relative_to(folder))
    return buffer.getvalue()


def _files_in(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_left_out(name))
        yield from (Path(place, name) for name in sorted(names) if not is_left_out(name))


def _ref(path: str, content: bytes, blobs: FileBlobs) -> FileRef:
    return FileRef(path=path, sha256=blobs.put(content), size=len(content))
