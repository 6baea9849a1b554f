"""Decides what to do next, by what a conversation says and nothing else."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import asdict, dataclass
from functools import cached_property

from workers.drafting.compose import STACKS, Asset
from workers.drafting.layout.tree import lay_out
from workers.drafting.page import Perception
from workers.drafting.perceive.fonts.installed import css_stack
from workers.imaging import Box, box_at_image_scale, png_size
from workers.models.simulated.seeing.additions import additions
from workers.models.simulated.seeing.complaints import fixes_of_complaints
from workers.models.simulated.seeing.conversation import (
    JSON,
    Conversation,
    Done,
    SeenMockup,
    SetBack,
    Words,
)
from workers.models.simulated.seeing.files import Files, calls_for, files_after
from workers.models.simulated.seeing.fix import Fix
from workers.models.simulated.seeing.mistakes import with_gaps, with_mistakes
from workers.models.simulated.seeing.page_source import missing_sheets
from workers.models.simulated.seeing.pictures import perceive_picture
from workers.models.simulated.seeing.planning import Measured, plan
from workers.models.simulated.seeing.repairs import apply, fixes_of, look
from workers.models.simulated.seeing.reports import read_report
from workers.models.simulated.seeing.words import follow, wanted_kinds

CHANGES = {"write_file", "edit_file"}
ACTS = CHANGES | {"finish", "ask"}  # by what the person's words are answered
TRIES = 3  # of the same thing, and it is given up

WRITTEN = "The page follows the mockup."
BLIND = "I was sent no mockup that I could look at."
UNARMED = "I write pages by calling write_file and compare, which I may not call here."
QUESTION = "What should I change? I understand colours, sizes, and words to change or remove."


@dataclass(frozen=True)
class Answer:
    """What is thought, said and called: names with their arguments."""

    thought: str = ""
    text: str = ""
    calls: tuple[tuple[str, JSON], ...] = ()


@dataclass(frozen=True)
class Behaviour:
    """`hidden` parts of reports are not read; on the first page `mistakes` mistakes are made, and
    `gaps` texts are left out."""

    hidden: frozenset[str] = frozenset()
    mistakes: int = 0
    gaps: int = 0


def next_answer(conversation: Conversation, behaviour: Behaviour) -> Answer:
    """Raises BadPicture."""
    if not conversation.mockups:
        return Answer(text=BLIND)
    if not {"write_file", "compare"} <= conversation.tools:
        return Answer(text=UNARMED)
    return _Policy(conversation, behaviour).answer()


class _Policy:
    def __init__(self, conversation: Conversation, behaviour: Behaviour) -> None:
        self._talk = conversation
        self._behaviour = behaviour
        self._entries = conversation.entries
        self._files = files_after(conversation.entries)

    def answer(self) -> Answer:
        if not (self._talk.has_base or any(map(_writes_page, self._entries))):
            return self._first_page()
        unknown = self._unknown()
        if unknown:
            calls = tuple(("read_file", {"path": path}) for path in unknown)
            return Answer(thought="I do not know what is in these files.", calls=calls)
        if self._pending:
            return self._follow_words()
        if not self._measured:
            return self._measure()
        return self._repair() if not self._was_done_before else self._finish()

    # the first page

    def _first_page(self) -> Answer:
        tried = [one for one in self._done if one.name == "write_file"]
        if len(tried) >= TRIES:
            return Answer(text=f"I cannot write the page. {tried[-1].result}")
        shown = self._first_of_each_page()
        found = [self._perceived(self._talk.mockups[at]) for at in shown.values()]
        compose = STACKS.get(self._talk.stack, STACKS["html-css"])
        draft = compose([lay_out(one) for one in found], css_stack)
        pages = [path for path in draft.files if path.endswith(".html")]
        names = dict(zip(pages, shown, strict=True))
        behaviour = self._behaviour
        written: Files = {
            names.get(path, path): with_mistakes(text, behaviour.mistakes)
            if path.endswith(".css")
            else with_gaps(text, behaviour.gaps)
            for path, text in draft.files.items()
        }
        files, understood = self._followed(written)
        calls: list[tuple[str, JSON]] = []
        if draft.assets:
            places = list(shown.values())
            crops = [self._crop(asset, places[asset.mockup]) for asset in draft.assets]
            calls.append(("crop_asset", {"crops": crops}))
        calls += calls_for({}, files)
        texts = sum(len(one.runs) for one in found)
        boxes = sum(len(one.panels) for one in found)
        thought = f"I see {texts} pieces of text and {boxes} boxes."
        words = " ".join(one.text for one in self._pending)
        said = understood or [f"I understood no change in ‘{words}’."] if words else []
        return Answer(thought, " ".join([WRITTEN, *said]), (*calls, ("compare", {})))

    def _first_of_each_page(self) -> dict[str, int]:
        """Which mockup each page is written from: of two widths of one page, the first."""
        shown: dict[str, int] = {}
        for at, mockup in enumerate(self._talk.mockups):
            shown.setdefault(mockup.page, at)
        return shown

    def _crop(self, asset: Asset, at: int) -> JSON:
        """`at`: the number of the mockup."""
        box = box_at_image_scale(asset.box, self._talk.mockups[at].scale)
        return {"path": asset.path, "mockup": at, **asdict(box), "erase_text": True}

    # the person's words

    def _follow_words(self) -> Answer:
        last = self._done[-1] if self._done else None
        words = "\n".join(one.text for one in self._pending)
        files, understood = self._followed(self._files)
        if not understood and "ask" in self._talk.tools and not _is(last, "ask"):
            return Answer(f"I do not understand ‘{words}’.", "", (("ask", {"question": QUESTION}),))
        if not understood:
            return _end(f"I do not understand ‘{words}’, so the page stays as it is.")
        calls = tuple(calls_for(self._files, files))
        if not calls:
            return _end("The page is so already.")
        if self._failures("edit_file") >= TRIES:
            return _end(f"My edits do not fit. {last.result if last else ''}")
        return Answer(f"They say: {words}", " ".join(understood), (*calls, ("compare", {})))

    def _followed(self, files: Files) -> tuple[Files, list[str]]:
        """The files with what the words ask for, and what of it was understood."""
        understood = []
        for one in self._pending:
            if (change := follow(one.text, files, one.selected)) is not None:
                files = change.files
                understood.append(change.summary)
        return files, understood

    def _summary(self) -> str:
        """What was said of the first change since the last words."""
        changes = (one for one in self._work if isinstance(one, Done) and one.name in CHANGES)
        return next((one.said for one in changes if one.said), "The page is as you asked.")

    # repairs

    def _measure(self) -> Answer:
        failures = self._failures("compare")
        if failures >= TRIES:
            return _end("The page could not be compared.")
        return Answer("I have not seen it yet.", "", (("compare", {}),))

    def _repair(self) -> Answer:
        step = plan(self._measured, self._fixes)
        if not step.fixes:
            return self._finish(step.base)
        files = apply(step.fixes, step.base.files)
        told = "; ".join(f"{one.selector} {one.name} {one.value}" for one in step.fixes)
        cut = tuple(("crop_asset", self._cut(one)) for one in step.fixes if one.crop)
        calls = (*cut, *calls_for(self._files, files))
        if calls == cut or self._failures("edit_file") >= TRIES:
            return self._finish(step.base)
        return Answer(f"To be mended: {told}", "Mending what differs.", (*calls, ("compare", {})))

    def _cut(self, fix: Fix) -> JSON:
        """The call that makes the picture which an element to be added shows."""
        assert fix.crop is not None
        index = next(at for at, one in enumerate(self._talk.mockups) if one.page == fix.page)
        box = box_at_image_scale(Box(*fix.crop), self._talk.mockups[index].scale)
        path = fix.value.split('"')[1]
        return {"crops": [{"path": path, "mockup": index, **asdict(box), "erase_text": True}]}

    def _fixes(self, measured: Measured) -> Iterator[Fix]:
        report, behaviour = measured.report, self._behaviour
        mockups = self._talk.mockups
        if report.differences is not None:
            told = [one for one in report.differences if one.kind not in self._wanted_kinds]
            blind = "numbers" in behaviour.hidden
            shown = [(one.page, self._perceived(one)) for one in mockups] if blind else []
            seen = {one.page: one for one in mockups}
            for one in told:
                if one.kind == "missing" and one.page in seen:
                    yield from additions(one, self._perceived(seen[one.page]))
            yield from fixes_of(told, shown)
            yield from fixes_of_complaints(told)
            return
        for mockup, picture in zip(mockups, report.screenshots, strict=False):
            if picture is not None:
                drawn = perceive_picture(picture, mockup.scale)
                regions = None if report.regions is None else report.regions.get(mockup.page, ())
                source = measured.files.get(mockup.page, "")
                yield from look(self._perceived(mockup), drawn, mockup.page, source, regions)

    def _finish(self, best: Measured | None = None) -> Answer:
        last = self._measured[-1] if self._measured else None
        number = best.report.revision if best is not None and best is not last else None
        return _end(self._summary(), **({} if number is None else {"revision": number}))

    # what is known

    @cached_property
    def _done(self) -> list[Done]:
        return [entry for entry in self._entries if isinstance(entry, Done)]

    @cached_property
    def _pending(self) -> list[Words]:
        """Words that no call has answered."""
        acts = [
            at
            for at, entry in enumerate(self._entries)
            if isinstance(entry, Done) and entry.ok and entry.name in ACTS
        ]
        after = self._entries[acts[-1] + 1 :] if acts else self._entries
        return [entry for entry in after if isinstance(entry, Words) and entry.text.strip()]

    @cached_property
    def _stretch(self) -> int:
        """Where the work on the last words begins."""
        places = [at for at, one in enumerate(self._entries) if isinstance(one, Words | SetBack)]
        return places[-1] if places else 0

    @property
    def _work(self) -> tuple[Words | SetBack | Done, ...]:
        return self._entries[self._stretch :]

    @cached_property
    def _wanted_kinds(self) -> Set[str]:
        words = [entry.text for entry in self._entries if isinstance(entry, Words)]
        return frozenset[str]().union(*map(wanted_kinds, words))

    @cached_property
    def _was_done_before(self) -> bool:
        before = self._entries[: self._stretch]
        return any(_is(entry, "finish") for entry in before)

    @cached_property
    def _measured(self) -> list[Measured]:
        """The comparisons of this stretch."""
        found = []
        for at, entry in enumerate(self._entries):
            if at < self._stretch or not isinstance(entry, Done) or entry.name != "compare":
                continue
            report = read_report(entry, len(self._talk.mockups), self._behaviour.hidden)
            if report is not None:
                found.append(Measured(report, files_after(self._entries[:at])))
        return found

    def _failures(self, name: str) -> int:
        """How often such a call failed in this stretch."""
        done = (one for one in self._work if isinstance(one, Done))
        return sum(one.name == name and not one.ok for one in done)

    def _unknown(self) -> list[str]:
        """The files to be read first; one that cannot be read is done without."""
        pages = [page for page in self._first_of_each_page() if page not in self._files]
        wanted = [*pages, *missing_sheets(self._files)]
        failed = {
            str(one.arguments.get("path"))
            for one in self._work
            if isinstance(one, Done) and one.name == "read_file" and not one.ok
        }
        return [path for path in wanted if path not in failed]

    def _perceived(self, mockup: SeenMockup) -> Perception:
        picture = mockup.picture
        return perceive_picture(picture, png_size(picture)[0] / mockup.css_width)


def _writes_page(entry: Words | SetBack | Done) -> bool:
    if not isinstance(entry, Done) or not _is(entry, "write_file"):
        return False
    return str(entry.arguments.get("path")).endswith(".html")


def _is(entry: Words | SetBack | Done | None, name: str) -> bool:
    return isinstance(entry, Done) and entry.name == name and entry.ok


def _end(summary: str, **more: object) -> Answer:
    arguments: Mapping[str, object] = {"summary": summary, **more}
    return Answer(calls=(("finish", arguments),))
