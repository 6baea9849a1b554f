"""`manage.py draft`: pages from mockups, the same loop in this process."""

import json
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast, get_args

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from tqdm import tqdm

from webapp.serving.local_user import local_user
from webapp.studio.blobs import FileBlobs
from webapp.studio.catalog.endpoints import STORED, ModelEndpoint
from webapp.studio.catalog.options import (
    DEFAULT_STACK,
    DRAFT,
    budget_of,
    check_available,
    own_endpoint,
)
from webapp.studio.errors import BadImage, BadRequest, DiskFull
from webapp.studio.events import (
    ComparisonFinished,
    Event,
    RunFailed,
    ToolFinished,
    ToolStarted,
)
from webapp.studio.messages import message_for
from webapp.studio.parameters import Thinking
from webapp.studio.queries import model_endpoints
from webapp.studio.values import percent
from workers.agent.run_task import RunEnvironment
from workers.agent.workspace import WorkspaceError
from workers.browser.renderer import Renderer
from workers.management.command_line import (
    FAILED,
    WRONG_INPUT,
    Source,
    add_scale,
    check_browser,
    check_scale,
    missing,
    reason_of,
    run_to_end,
    take_in,
    wrong,
)
from workers.management.local_run import NoPage, RunResult, run_locally
from workers.management.printed import page_line
from workers.management.references import ReferenceFiles, add_references, read_references
from workers.management.report import Report, write_result
from workers.models import MODELS, make_model

THINKING = [one for one in get_args(Thinking) if one]
MODEL_HELP = f"{', '.join(MODELS)}, or {STORED}<label> for one that was added in the interface"
SUFFIXES = {
    *(".png", ".jpg", ".jpeg", ".webp", ".gif"),
    *(".avif", ".heic", ".heif", ".tif", ".tiff", ".bmp"),
}


@dataclass(frozen=True)
class BatchOptions:
    """What to make: each input, by the folder its page goes to."""

    inputs: tuple[tuple[Path, Path], ...]
    stack: str
    model: str
    scale: float | None
    connected: ModelEndpoint | None = None  # where the model is an endpoint
    references: ReferenceFiles = field(default_factory=ReferenceFiles)


@dataclass(frozen=True)
class Outcome:
    """What became of an input. Where `code` is not 0, `reason` says why.

    A run that failed after its first revision has both a report and a reason.
    """

    path: Path
    folder: Path
    report: Report | None = None
    reason: str = ""
    code: int = 0


class Command(BaseCommand):
    help = "Turn mockups into pages, without the service: files, comparison and report in a folder."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("mockups", nargs="+", type=Path, metavar="PNG", help="file or folder")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR")
        parser.add_argument("--stack", default=DEFAULT_STACK)
        parser.add_argument("--model", default=DRAFT.id, help=MODEL_HELP)
        parser.add_argument(
            "--thinking", default="", choices=THINKING, help="of an endpoint; else as it is set up"
        )
        add_scale(parser)
        add_references(parser)
        parser.add_argument("--json", action="store_true", help="print the report")

    def handle(self, *args: object, **options: object) -> None:
        batch, as_json = read_options(options), bool(options["json"])

        def tell(outcome: Outcome) -> None:
            if outcome.code:
                self.stderr.write(f"{outcome.path}: {outcome.reason}")
            elif outcome.report is not None and not as_json:
                self.stdout.write(page_line(outcome.report, outcome.folder))

        outcomes = run_to_end(Batch(batch, tell).run())
        reports = [one.report for one in outcomes if one.report is not None]
        if as_json and (reports or len(outcomes) > 1):
            found = [report.model_dump(mode="json") for report in reports]
            told = found if len(outcomes) > 1 else found[0]
            self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
        failures = [one for one in outcomes if one.code]
        if failures:
            raise CommandError(_tally(outcomes), returncode=max(one.code for one in failures))


class Batch:
    """Makes the pages of a batch, one after the other, with one browser."""

    def __init__(self, options: BatchOptions, tell: Callable[[Outcome], None]) -> None:
        self._options = options
        self._tell = tell

    async def run(self) -> list[Outcome]:
        outcomes: list[Outcome] = []
        renderer = Renderer()
        with tempfile.TemporaryDirectory(prefix="mockwright-") as folder:
            blobs = FileBlobs(Path(folder))
            try:
                for path, target in self._options.inputs:
                    outcomes.append(await self._make(path, target, blobs, renderer))
                    self._tell(outcomes[-1])
            finally:
                await renderer.close()
        return outcomes

    async def _make(
        self, path: Path, target: Path, blobs: FileBlobs, renderer: Renderer
    ) -> Outcome:
        try:
            source = take_in(path, self._options.scale, blobs)
            page = await self._run(source, blobs, renderer)
            report = write_result(target, source, page, blobs, self._options.stack)
        except BadImage as error:
            return Outcome(path, target, reason=reason_of(error), code=WRONG_INPUT)
        except NoPage as error:
            return Outcome(path, target, reason=_explain(error.code, str(error)), code=FAILED)
        except WorkspaceError as error:
            return Outcome(path, target, reason=str(error), code=FAILED)
        except (DiskFull, OSError) as error:
            return Outcome(path, target, reason=reason_of(error), code=FAILED)
        if isinstance(page.ending, RunFailed):
            reason = _explain(page.ending.code, page.ending.detail)
            kept = f"Revision {report.revision}, {percent(report.score)}, is in {target}."
            return Outcome(path, target, report, f"{reason} {kept}", FAILED)
        return Outcome(path, target, report)

    async def _run(self, source: Source, blobs: FileBlobs, renderer: Renderer) -> RunResult:
        """Raises NoPage."""
        with Bar(source.name) as bar:
            return await run_locally(
                [source.mockup],
                make_model(self._options.model, self._options.connected),
                RunEnvironment(blobs, renderer),
                stack=self._options.stack,
                limits=budget_of(
                    self._options.model,
                    [self._options.connected] if self._options.connected else [],
                    with_tests=settings.TEST_MODELS,
                ),
                on_event=bar.show,
                references=self._options.references.stored(blobs),
            )


class Bar:
    """One line on a terminal's stderr while a page is made: what is done, the match so far."""

    def __init__(self, name: str) -> None:
        form = "{desc}  {n_fmt} steps  {elapsed}  {postfix}"
        self._bar = tqdm(desc=name, bar_format=form, disable=None, leave=False)
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
        return f"match {percent(self._best)}  " if self._best else ""


def read_options(options: dict[str, object]) -> BatchOptions:
    """The command line, checked. Raises CommandError with one sentence and a remedy."""
    stack, model, out, mockups = (options[key] for key in ("stack", "model", "out", "mockups"))
    assert isinstance(stack, str) and isinstance(model, str) and isinstance(out, Path)
    thinking = cast(Thinking, options["thinking"])
    assert isinstance(mockups, list)
    connected = find_connected(model)
    model = connected.model_id if connected else model
    try:
        check_available(model, stack, [connected] if connected else [], with_tests=True)
    except BadRequest as error:
        raise wrong(reason_of(error)) from error
    connected = connected or _from_environment(model)
    if thinking and connected is None:
        raise wrong(f"{model} cannot be told how to think: --thinking is for an endpoint.")
    connected = connected and connected.for_run(thinking)
    check_browser()
    scale = check_scale(options["scale"])
    if out.exists() and not out.is_dir():
        raise wrong(f"{out} is not a folder. Choose another place with --out.")
    references = read_references(options, model, [connected] if connected else [])
    return BatchOptions(find_inputs(mockups, out), stack, model, scale, connected, references)


def _from_environment(model: str) -> ModelEndpoint | None:
    return next((one for one in own_endpoint() if one.model_id == model), None)


def find_connected(model: str) -> ModelEndpoint | None:
    """The one of the interface's models that `endpoint:` and its label or id names."""
    if not model.startswith(STORED):
        return None
    try:
        found = model_endpoints(local_user())
    except DatabaseError as error:
        raise wrong("No model was added here yet. Add one in the interface: make up.") from error
    name = model.removeprefix(STORED)
    for one in found:
        if name in (one.label, one.model_id.removeprefix(STORED)):
            return one
    labels = ", ".join(f"{STORED}{one.label}" for one in found) or "none yet"
    raise wrong(f"No model is called “{name}” here. There is {labels}.")


def find_inputs(mockups: list[Path], out: Path) -> tuple[tuple[Path, Path], ...]:
    """Every picture with the folder its page goes to. Raises CommandError."""
    pictures: list[Path] = []
    for path in mockups:
        if not path.exists():
            raise missing(path)
        pictures += _pictures_in(path) if path.is_dir() else [path]
    if len(mockups) == 1 and mockups[0].is_file():
        return ((mockups[0], out),)
    names: dict[str, int] = {}
    inputs = []
    for path in pictures:
        count = names[path.stem] = names.get(path.stem, 0) + 1
        inputs.append((path, out / (path.stem if count == 1 else f"{path.stem}-{count}")))
    return tuple(inputs)


def _explain(code: str, detail: str) -> str:
    """What happened, in the words of a shell: the messages' own hints are for the interface."""
    if code == "no_page":
        return f"{detail} Allow more with MOCKWRIGHT_RUN_SECONDS or MOCKWRIGHT_RUN_STEPS."
    return f"{message_for(code).text} {detail}".strip()


def _tally(outcomes: list[Outcome]) -> str:
    """How many pages there are now, and how many of them a failed run left behind."""
    made = [one for one in outcomes if one.report is not None]
    unfinished = sum(one.code != 0 for one in made)
    told = f"{len(made)} of {len(outcomes)} pages were made"
    return f"{told}, {unfinished} of them by a run that failed." if unfinished else f"{told}."


def _pictures_in(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not found:
        raise wrong(f"There is no picture in {folder}. Put PNG or JPEG files there.")
    return found
