"""`manage.py replay`: a run that was downloaded is done over again, call by call."""

import json
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from django.core.management.base import BaseCommand, CommandError
from pydantic import BaseModel, ValidationError

from webapp.studio.blobs import FileBlobs
from webapp.studio.events import (
    Envelope,
    FileRef,
    FilesEdited,
    Limits,
    MessageReceived,
    RevisionSaved,
    RunStarted,
    TurnFinished,
)
from webapp.studio.run_file import RunFile
from webapp.studio.storyboard import Replay, Storyboard
from webapp.studio.values import percent
from workers.agent.replayed import Judge, matching
from workers.agent.run_task import RunEnvironment
from workers.agent.transcript import Progress
from workers.browser.errors import RenderError
from workers.browser.renderer import Renderer
from workers.drafting.perceive.text.reader import find_text
from workers.management.command_line import FAILED, check_browser, missing, run_to_end, wrong
from workers.management.local_run import NoPage, References, RunResult, mockup_of, run_locally
from workers.management.recordings import read_storyboard, told
from workers.models.simulated.scripted import ScriptedCall, ScriptedModel, ScriptedTurn

AMPLE = Limits(steps=100_000, seconds=6 * 3600, tokens=10**12)


class ReplayedRevision(BaseModel, frozen=True):
    """A revision's score on record, and that of the one made now: None where there is none."""

    revision: int
    recorded: float
    now: float | None
    same_files: bool

    def __str__(self) -> str:
        now = "not made" if self.now is None else f"{percent(self.now)} now"
        files = "the same files" if self.same_files else "other files"
        return f"revision {self.revision}: {percent(self.recorded)} then, {now}, {files}"


@dataclass
class RecordedWords:
    """The person of the run, who says the same after the same turns."""

    progress: Progress
    # after so many turns
    said: list[tuple[int, MessageReceived]] = field(default_factory=list)
    edited: list[tuple[int, FilesEdited]] = field(default_factory=list)

    @classmethod
    def of(cls, events: Sequence[Envelope], progress: Progress) -> "RecordedWords":
        person, turns, numbers = cls(progress), 0, numbers_of(events)
        restored: int | None = None  # whose files they are again, until there are others
        for envelope in events:
            event = envelope.event
            turns += isinstance(event, TurnFinished)
            if isinstance(event, RevisionSaved):
                restored = event.number if event.restored else None
            if isinstance(event, MessageReceived):
                number = event.revision or restored
                told = event.model_copy(update={"revision": number and numbers[number]})
                person.said.append((turns, told))
            if isinstance(event, FilesEdited):
                told_of = {"revision": numbers[event.revision]}
                person.edited.append((turns, event.model_copy(update=told_of)))
        return person

    async def messages(self) -> tuple[MessageReceived, ...]:
        turns = len(self.progress.turns)
        due = tuple(message for after, message in self.said if after <= turns)
        self.said = [one for one in self.said if one[0] > turns]
        return due

    async def edits(self) -> tuple[FilesEdited, ...]:
        if self.progress.next_call() is not None:  # it may yet make the revision that was edited
            return ()
        turns = len(self.progress.turns)
        due = tuple(edit for after, edit in self.edited if after <= turns)
        self.edited = [one for one in self.edited if one[0] > turns]
        made = len(self.progress.revisions)
        return tuple(edit for edit in due if edit.revision <= made)

    async def wants_pause(self) -> bool:
        return False


def numbers_of(events: Sequence[Envelope]) -> dict[int, int]:
    """The number that each revision on record has when it is made again: what a person restored is
    not, and stands for the one that it is the same as."""
    numbers: dict[int, int] = {}
    for one in events:
        saved = one.event
        if isinstance(saved, RevisionSaved):
            is_again = saved.restored and saved.made_from in numbers
            numbers[saved.number] = (
                numbers[saved.made_from or 0] if is_again else max(numbers.values(), default=0) + 1
            )
    return numbers


def _branched(events: Sequence[Envelope]) -> Progress:
    """The state that a run which was branched off began in; of any other, none."""
    first = events[0].event if events else None
    if not isinstance(first, RunStarted) or first.branched_from is None:
        return Progress()
    saved = next(at for at, one in enumerate(events) if isinstance(one.event, RevisionSaved))
    return Progress.replay(events[: saved + 1])


class Command(BaseCommand):
    help = (
        "Do a run over again from the JSON that the studio gives of it, and compare the pages; or "
        "with a states.json and the folder of a page, do on the page what was recorded."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=Path, metavar="RUN.json | states.json")
        parser.add_argument("page", type=Path, nargs="?", metavar="DIR", help="with states.json")
        parser.add_argument("--out", type=Path, metavar="DIR", help="where the last page goes")
        parser.add_argument("--json", action="store_true", help="print the comparison as JSON")

    def handle(self, *args: object, **options: object) -> None:
        path, out = options["run"], options["out"]
        assert isinstance(path, Path) and (out is None or isinstance(out, Path))
        check_browser()
        if options["page"] is not None:
            self._replay_states(path, cast(Path, options["page"]), as_json=bool(options["json"]))
            return
        recorded = read_run(path)
        result = run_to_end(replay(recorded))
        if out is not None:
            write_files(out, result)
        compared_now = compared(recorded, result)
        if options["json"]:
            self.stdout.write(json.dumps([one.model_dump() for one in compared_now], indent=2))
        else:
            self.stdout.write("\n".join(map(str, compared_now)))
        if not all(one.same_files for one in compared_now):
            raise CommandError("The run did not come out as it was recorded.", returncode=FAILED)

    def _replay_states(self, states: Path, page: Path, *, as_json: bool) -> None:
        """Exit code 1 where a step could not be done, or led elsewhere than it did."""
        if not page.is_dir():
            raise missing(page)
        with tempfile.TemporaryDirectory(prefix="mockwright-") as folder:
            blobs = FileBlobs(Path(folder))
            storyboard = read_storyboard(states, blobs)
            result = run_to_end(replay_states(storyboard, page, blobs))
        self.stdout.write(result.model_dump_json(indent=2) if as_json else told(storyboard, result))
        if matching(result) < len(result.steps):
            raise CommandError("The page does not do what was recorded.", returncode=FAILED)


async def replay_states(storyboard: Storyboard, page: Path, blobs: FileBlobs) -> Replay:
    """The storyboard's actions, done on the page in a folder. Raises CommandError."""
    renderer = Renderer()
    try:
        performed = await renderer.replay(page, storyboard)
    except RenderError as error:
        raise CommandError(str(error), returncode=FAILED) from error
    finally:
        await renderer.close()
    judged = await Judge(storyboard, blobs, find_text).judge(performed)
    return judged.replay


def read_run(path: Path) -> RunFile:
    """Raises CommandError where that is no run."""
    if not path.is_file():
        raise missing(path)
    try:
        return RunFile.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise wrong(
            f"{path} is no run of Mockwright ({place}: {first['msg']}). Download one in the studio."
        ) from error


async def replay(recorded: RunFile) -> RunResult:
    """The run, done by the calls on record. Raises CommandError where no page came of it."""
    turns = [one.event for one in recorded.events if isinstance(one.event, TurnFinished)]
    script = tuple(
        ScriptedTurn(
            reasoning=turn.reasoning,
            text=turn.text,
            calls=tuple(
                ScriptedCall(name=call.name, arguments=call.arguments) for call in turn.calls
            ),
        )
        for turn in turns
    )
    renderer = Renderer()
    with tempfile.TemporaryDirectory(prefix="mockwright-") as folder:
        blobs = FileBlobs(Path(folder))
        mockups = []
        for mockup in recorded.mockups:
            sha256 = blobs.put(mockup.png)
            taken = mockup_of(blobs.path(sha256), sha256, mockup.scale)
            mockups.append(replace(taken, role=mockup.role))
        base = tuple(
            FileRef(path=file.path, sha256=blobs.put(file.content), size=len(file.content))
            for file in recorded.files
        )
        for file in recorded.edited:
            blobs.put(file.content)
        progress = _branched(recorded.events)
        try:
            return await run_locally(
                mockups,
                ScriptedModel(script),
                RunEnvironment(blobs, renderer),
                stack=recorded.stack,
                prompt=recorded.prompt,
                limits=AMPLE,
                progress=progress,
                person=RecordedWords.of(recorded.events, progress),
                references=References(base=base, imports_base=was_imported(recorded)),
            )
        except NoPage as error:
            raise CommandError(f"No page came of it: {error}", returncode=FAILED) from error
        finally:
            await renderer.close()


def was_imported(recorded: RunFile) -> bool:
    events = (envelope.event for envelope in recorded.events)
    return any(one.imported for one in events if isinstance(one, RunStarted))


def compared(recorded: RunFile, result: RunResult) -> list[ReplayedRevision]:
    """Each revision on record beside the one made now."""
    numbers = numbers_of(recorded.events)
    made = {one.number: one for one in result.revisions}
    then = [one.event for one in recorded.events if isinstance(one.event, RevisionSaved)]
    return [
        ReplayedRevision(
            revision=one.number,
            recorded=one.score.total,
            now=now.score.total if now else None,
            same_files=now is not None and now.files == one.files,
        )
        for one in then
        if one.made_from or not one.restored  # else it is what a branch began with
        for now in (made.get(numbers[one.number]),)
    ]


def write_files(out: Path, result: RunResult) -> None:
    """Raises CommandError where that is no folder."""
    if out.exists() and not out.is_dir():
        raise wrong(f"{out} is not a folder. Choose another place with --out.")
    for path, data in result.files.items():
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
