"""edit_file: exact search and replace, several edits a call, all of them or none."""

import asyncio
import re
from itertools import islice
from typing import ClassVar

from pydantic import Field
from rapidfuzz import fuzz, process

from webapp.studio.events import TextPart
from workers.agent.protocols import Params, ToolResult
from workers.agent.runner import failed
from workers.agent.tools.context import ContextTool, description_of

CONTEXT_LINES = 6
MAX_SCAN = 4000  # lines searched for the nearest match


class Edit(Params):
    search: str = Field(min_length=1, description="text that occurs exactly once in the file")
    replace: str = Field(description="what stands there afterwards")


class EditFileParams(Params):
    path: str = Field(description="relative path of a file that exists")
    edits: tuple[Edit, ...] = Field(min_length=1, max_length=100, description="applied in order")


class EditError(Exception):
    """An edit that fits nowhere, or in more than one place."""


class EditFile(ContextTool):
    name = "edit_file"
    description = description_of(__file__)
    params: ClassVar[type[Params]] = EditFileParams

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, EditFileParams)
        before = await asyncio.to_thread(self._context.text_of, params.path)
        try:
            after = await asyncio.to_thread(apply_edits, before, params.edits)
        except EditError as error:
            return failed(f"{error} Nothing was changed in {params.path}.")
        written = await asyncio.to_thread(self._context.write, params.path, after.encode())
        done = f"{len(params.edits)} edit{'s' if len(params.edits) > 1 else ''}"
        spans = ", ".join(f"{span.first}–{span.last}" for span in written.changed[:20])
        return ToolResult(
            (TextPart(text=f"Applied {done} to {params.path}. Changed lines: {spans or 'none'}."),),
            for_ui=f"Edited {params.path}, {done}",
            events=(written,),
        )


def apply_edits(text: str, edits: tuple[Edit, ...]) -> str:
    """The text after all edits, in order. Raises EditError, naming the edit, for the first that
    does not fit."""
    for number, edit in enumerate(edits, 1):
        count = text.count(edit.search)
        if count == 0:
            raise EditError(
                f"Edit {number}: the search text was not found. {_nearest(text, edit.search)}"
            )
        if count > 1:
            raise EditError(
                f"Edit {number}: the search text occurs {count} times, on lines "
                f"{_places(text, edit.search)}. Add lines around it until it is unique."
            )
        text = text.replace(edit.search, edit.replace, 1)
    return text


def _places(text: str, search: str) -> str:
    """The line numbers of the first ten occurrences."""
    found = islice(re.finditer(re.escape(search), text), 10)
    return ", ".join(str(text.count("\n", 0, match.start()) + 1) for match in found)


def _nearest(text: str, search: str) -> str:
    """The lines of `text` most like `search`, so that the model can copy them."""
    lines, wanted = text.splitlines(), search.strip().splitlines()
    if not lines or not wanted:
        return "The file is empty." if not lines else ""
    target = max(wanted, key=lambda line: len(line.strip())).strip()[:300]
    searched = [line.strip()[:300] for line in lines[:MAX_SCAN]]
    _, _, found = process.extractOne(target, searched, scorer=fuzz.ratio)
    first = max(0, found - CONTEXT_LINES // 2)
    shown = lines[first : first + CONTEXT_LINES + len(wanted)]
    numbered = "\n".join(f"{first + at + 1}: {line[:300]}" for at, line in enumerate(shown))
    return f"The nearest lines are:\n{numbered}\n"
