"""`manage.py compare`: any static page measured against its mockup, for a person or for CI."""

import shutil
import tempfile
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from webapp.studio.blobs import FileBlobs
from webapp.studio.errors import DiskFull, MockwrightError
from workers.browser.errors import BrowserFailed, NoBrowser, RenderError
from workers.browser.site_folder import SiteFolder
from workers.management.command_line import (
    FAILED,
    WRONG_INPUT,
    Source,
    add_scale,
    check_browser,
    check_scale,
    missing,
    number,
    reason_of,
    run_to_end,
    take_in,
    wrong,
)
from workers.management.measure import Measured, PageReport, measure
from workers.management.printed import WIDTH, page_text

PAGE, PICTURE = "index.html", "compare.png"
PAGE_SUFFIXES = {".html", ".htm"}
LEAST_WIDTH = 100  # columns of the table, however narrow the terminal
MOST_NAMED = 5  # pages that a refusal lists


@dataclass(frozen=True)
class CompareOptions:
    """What to compare. `page` is a path in `folder`; `scale` None is guessed."""

    mockup: Path
    folder: Path
    page: str
    scale: float | None
    min_score: float
    picture: Path


class Command(BaseCommand):
    help = (
        "Measure a page against its mockup: the score, what differs, and a picture of both. "
        "Exit code 1: below --min-score, or the page cannot be rendered; 2: wrong input."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("mockup", type=Path, metavar="MOCKUP", help="a picture, or a PDF")
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="of the page, or its .html")
        parser.add_argument("--page", metavar="NAME", help=f"in FOLDER; {PAGE} unless given")
        add_scale(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--min-score", type=number, default=0.0, metavar="0…1", help="exit with 1 below it"
        )
        parser.add_argument(
            "--out", type=Path, default=Path(PICTURE), metavar="PNG", help=f"{PICTURE} unless given"
        )

    def handle(self, *args: object, **options: object) -> None:
        try:
            chosen = read_options(options)
        except OSError as error:
            raise wrong(f"{reason_of(error)} Check the path and its permissions.") from error
        with tempfile.TemporaryDirectory(prefix="mockwright-") as folder:
            source = _take_in(chosen, FileBlobs(Path(folder)))
            measured = _measure(chosen, source)
        report = PageReport.of(source, chosen.folder / chosen.page, measured)
        self._print(report, source.notes, as_json=bool(options["json"]))
        try:
            chosen.picture.write_bytes(measured.picture)
        except OSError as error:
            raise wrong(f"{reason_of(error)} Choose another place with --out.") from error
        if report.score < chosen.min_score:
            said = f"The score, {report.score:.4f}, is below the minimum, {chosen.min_score:g}."
            raise CommandError(said, returncode=FAILED)

    def _print(self, report: PageReport, notes: tuple[str, ...], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(report.model_dump_json(indent=2))
            return
        for note in notes:
            self.stdout.write(note)
        columns = shutil.get_terminal_size((WIDTH, 0)).columns
        self.stdout.write(page_text(report, min(WIDTH, max(LEAST_WIDTH, columns))))


def read_options(options: dict[str, object]) -> CompareOptions:
    """The command line, checked. Raises CommandError with one sentence and a remedy."""
    mockup, folder, page, least, out = (
        options[key] for key in ("mockup", "folder", "page", "min_score", "out")
    )
    assert isinstance(mockup, Path) and isinstance(folder, Path) and isinstance(out, Path)
    assert isinstance(least, float) and (page is None or isinstance(page, str))
    scale = check_scale(options["scale"])
    if not 0 <= least <= 1:
        raise wrong(f"A minimum of {least:g} is not possible. Give a number from 0 to 1, as 0.95.")
    if not mockup.exists():
        raise missing(mockup)
    if mockup.is_dir():
        raise wrong(f"{mockup} is a folder. Name one picture in it.")
    folder, page = _find_page(folder, page)
    picture = out / PICTURE if out.is_dir() else out
    if not picture.parent.is_dir():
        raise wrong(f"There is no folder {picture.parent}. Make it, or choose another with --out.")
    if picture.resolve() == mockup.resolve():
        raise wrong(f"{picture} is the mockup. Choose another place with --out.")
    check_browser()
    return CompareOptions(mockup, folder, page, scale, least, picture)


def _find_page(folder: Path, page: str | None) -> tuple[Path, str]:
    """The folder and the page in it, as the renderer finds it. Raises CommandError."""
    if not folder.exists():
        raise missing(folder)
    if folder.is_file():
        if folder.suffix.lower() not in PAGE_SUFFIXES:
            raise wrong(f"{folder} is no HTML page. Name one, or its folder.")
        if page is not None:
            raise wrong(f"{folder} is a page already. Leave out --page, or name its folder.")
        folder, page = folder.parent, folder.name
    page = PAGE if page is None else page
    site = SiteFolder(folder)
    if site.answer(site.url(page)) is None:
        raise wrong(f"There is no {page} in {folder}. {_remedy(folder)}")
    return folder, page


def _remedy(folder: Path) -> str:
    pages = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in PAGE_SUFFIXES)
    if not pages:
        return "Name the folder of the page."
    more = ", …" if len(pages) > MOST_NAMED else ""
    return f"Name a page with --page: {', '.join(pages[:MOST_NAMED])}{more}."


def _take_in(options: CompareOptions, blobs: FileBlobs) -> Source:
    """The mockup, taken in. Raises CommandError."""
    try:
        return take_in(options.mockup, options.scale, blobs)
    except DiskFull as error:
        raise CommandError(reason_of(error), returncode=FAILED) from error
    except (MockwrightError, OSError) as error:
        raise wrong(f"{options.mockup}: {reason_of(error)}") from error


def _measure(options: CompareOptions, source: Source) -> Measured:
    """Raises CommandError: a page that cannot be rendered fails, as one does that differs."""
    try:
        return run_to_end(measure(source.mockup, options.folder, options.page))
    except (NoBrowser, BrowserFailed) as error:
        raise CommandError(str(error), returncode=WRONG_INPUT) from error
    except RenderError as error:
        said = f"{options.folder / options.page}: {error}"
        raise CommandError(said, returncode=FAILED) from error
