"""`manage.py draft`: pages from mockups, the same loop in this process."""

import asyncio
import json
import tempfile
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from webapp.studio.blobs import FileBlobs
from webapp.studio.catalog.options import DEFAULT_STACK, DRAFT, check_available
from webapp.studio.errors import BadImage, BadRequest
from webapp.studio.events import ComparisonFinished, Event, Limits, ToolFinished, ToolStarted
from webapp.studio.messages import explain, message_for
from webapp.studio.uploads.images import read_picture
from workers.agent.run_task import RunEnvironment
from workers.browser.errors import NoBrowser
from workers.browser.find import find_browser
from workers.browser.renderer import Renderer
from workers.management.local_run import NoPage, mockup_of, run_locally
from workers.management.report import Report, Source, write_result
from workers.models import MODELS, make_model

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".gif"}
RUN_FAILED, WRONG_INPUT = 1, 2  # exit codes


@dataclass(frozen=True)
class BatchOptions:
    """What to make: each input, by the folder its page goes to."""

    inputs: tuple[tuple[Path, Path], ...]
    stack: str
    model: str
    scale: float | None


@dataclass(frozen=True)
class FailedInput:
    """An input without a page: why, and what to do."""

    path: Path
    reason: str
    code: int


class Command(BaseCommand):
    help = "Turn mockups into pages, without the service: files, comparison and report in a folder."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("mockups", nargs="+", type=Path, metavar="PNG", help="file or folder")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR")
        parser.add_argument("--stack", default=DEFAULT_STACK)
        parser.add_argument("--model", default=DRAFT.id, help=", ".join(MODELS))
        parser.add_argument(
            "--scale", type=float, help="device pixel ratio: 1, 2 or 3; else guessed"
        )
        parser.add_argument("--json", action="store_true", help="print the report")

    def handle(self, *args: object, **options: object) -> None:
        batch = read_options(options)
        several = len(batch.inputs) > 1
        try:
            reports, failures = asyncio.run(Batch(batch).run())
        except KeyboardInterrupt:
            raise CommandError("Stopped.", returncode=130) from None
        if options["json"]:
            found = [report.model_dump(mode="json") for report in reports]
            if several or found:
                told = found if several else found[0]
                self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
        for one in failures:
            self.stderr.write(f"{one.path}: {one.reason}")
        if failures:
            made = f"{len(reports)} of {len(batch.inputs)} pages were made."
            raise CommandError(made, returncode=max(one.code for one in failures))


class Batch:
    """Makes the pages of a batch, one after the other, with one browser."""

    def __init__(self, options: BatchOptions) -> None:
        self._options = options

    async def run(self) -> tuple[list[Report], list[FailedInput]]:
        reports: list[Report] = []
        failures: list[FailedInput] = []
        renderer = Renderer()
        with tempfile.TemporaryDirectory(prefix="mockwright-") as folder:
            blobs = FileBlobs(Path(folder))
            try:
                for path, target in self._options.inputs:
                    made = await self._make(path, target, blobs, renderer)
                    if isinstance(made, Report):
                        reports.append(made)
                    else:
                        failures.append(made)
            finally:
                await renderer.close()
        return reports, failures

    async def _make(
        self, path: Path, target: Path, blobs: FileBlobs, renderer: Renderer
    ) -> Report | FailedInput:
        options = self._options
        try:
            source = self._take_in(path, blobs)
            with Bar(source.name) as bar:
                page = await run_locally(
                    [source.mockup],
                    make_model(options.model),
                    RunEnvironment(blobs, renderer),
                    stack=options.stack,
                    limits=Limits(**settings.RUN_LIMITS),
                    on_event=bar.show,
                )
            return write_result(target, source, page, blobs, options.stack)
        except BadImage as error:
            problem = explain(error)
            return FailedInput(path, f"{problem.message} {problem.hint}", WRONG_INPUT)
        except NoPage as error:
            return FailedInput(path, _explain(error), RUN_FAILED)
        except OSError as error:
            return FailedInput(path, f"{error.strerror}: {error.filename}.", RUN_FAILED)

    def _take_in(self, path: Path, blobs: FileBlobs) -> Source:
        """Raises BadImage and OSError."""
        picture = read_picture(path.read_bytes(), path.name, settings.LIMITS)
        sha256 = blobs.put(picture.png)
        scale = self._options.scale or picture.scale
        mockup = mockup_of(blobs.path(sha256), sha256, scale)
        return Source(path.stem, path, mockup, picture.notes)


class Bar:
    """One line on a terminal's stderr: what is being done, and the match so far."""

    def __init__(self, name: str) -> None:
        form = "{desc}  {n_fmt} steps  {elapsed}  {postfix}"
        self._bar = tqdm(desc=name, bar_format=form, disable=None)
        self._best = 0.0

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def show(self, event: Event) -> None:
        match event:
            case ToolStarted(call=call):
                self._bar.set_postfix_str(f"{self._match()}{call.name} …")
            case ToolFinished():
                self._bar.update()
            case ComparisonFinished(score=score):
                self._best = max(self._best, score.total)
                self._bar.set_postfix_str(self._match())

    def _match(self) -> str:
        return f"match {self._best:.1%}  " if self._best else ""


def read_options(options: dict[str, object]) -> BatchOptions:
    """The command line, checked. Raises CommandError with one sentence and a remedy."""
    stack, model, out, scale = (options[key] for key in ("stack", "model", "out", "scale"))
    mockups = options["mockups"]
    assert isinstance(stack, str) and isinstance(model, str) and isinstance(out, Path)
    assert isinstance(mockups, list) and (scale is None or isinstance(scale, float))
    try:
        check_available(model, stack, with_tests=True)
        find_browser()
    except BadRequest as error:
        problem = explain(error)
        raise wrong(f"{problem.message} {problem.hint}") from error
    except NoBrowser as error:
        raise wrong(str(error)) from error
    if scale is not None and not 0.5 <= scale <= 4:
        raise wrong(f"A scale of {scale:g} is not possible. Give 1, 2 or 3.")
    if out.exists() and not out.is_dir():
        raise wrong(f"{out} is not a folder. Choose another place with --out.")
    return BatchOptions(find_inputs(mockups, out), stack, model, scale)


def find_inputs(mockups: list[Path], out: Path) -> tuple[tuple[Path, Path], ...]:
    """Every picture with the folder its page goes to. Raises CommandError."""
    pictures: list[Path] = []
    for path in mockups:
        if not path.exists():
            raise wrong(f"There is no {path}. Check the name.")
        pictures += _pictures_in(path) if path.is_dir() else [path]
    if len(mockups) == 1 and mockups[0].is_file():
        return ((mockups[0], out),)
    names: dict[str, int] = {}
    inputs = []
    for path in pictures:
        count = names[path.stem] = names.get(path.stem, 0) + 1
        inputs.append((path, out / (path.stem if count == 1 else f"{path.stem}-{count}")))
    return tuple(inputs)


def _explain(error: NoPage) -> str:
    """What happened, in the words of a shell: the messages' own hints are for the interface."""
    if error.code == "no_page":
        return f"{error} Allow more with MOCKWRIGHT_RUN_SECONDS or MOCKWRIGHT_RUN_STEPS."
    return f"{message_for(error.code).text} {error}".strip()


def wrong(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=WRONG_INPUT)


def _pictures_in(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not found:
        raise wrong(f"There is no picture in {folder}. Put PNG, JPEG, WebP or GIF files there.")
    return found
