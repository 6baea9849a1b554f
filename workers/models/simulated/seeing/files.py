"""The workspace's text files, as far as a conversation says what is in them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher

from workers.models.simulated.seeing.conversation import JSON, Done, SetBack, Words

Files = Mapping[str, str]

_LISTED = re.compile(r"^(.+?), \d+ lines:\n")
_REVISION = re.compile(r"This is revision (\d+)\.")
MOST_EDITS = 60  # in a call; a file that changes in more places is written anew


def files_after(entries: Iterable[Words | SetBack | Done]) -> dict[str, str]:
    """What is known of the files. Of a file that an edit failed on, nothing is: it is not as it
    was thought to be."""
    files: dict[str, str] = {}
    saved: dict[int, dict[str, str]] = {}
    for entry in entries:
        if isinstance(entry, SetBack):
            files = dict(saved.get(entry.revision, {}))
        elif isinstance(entry, Done) and entry.name == "compare":
            if number := _REVISION.search(entry.result):
                saved[int(number[1])] = dict(files)
        elif isinstance(entry, Done):
            _apply(files, entry)
    return files


def _apply(files: dict[str, str], done: Done) -> None:
    path = str(done.arguments.get("path"))
    content = done.arguments.get("content")
    if done.name == "write_file" and done.ok and isinstance(content, str):
        files[path] = content
    elif done.name == "read_file" and done.ok and (listed := _LISTED.match(done.result)):
        lines = done.result[listed.end() :].split("\n")
        files[path] = "".join(line.partition("\t")[2] + "\n" for line in lines)
    elif done.name == "edit_file" and path in files:
        text = _edited(files[path], done.arguments) if done.ok else None
        files.pop(path)
        if text is not None:
            files[path] = text


def _edited(text: str, arguments: JSON) -> str | None:
    """None where the edits do not fit what was thought to be there."""
    edits = arguments.get("edits")
    for edit in edits if isinstance(edits, list) else ():
        match edit:
            case {"search": str(search), "replace": str(replace)} if text.count(search) == 1:
                text = text.replace(search, replace)
            case _:
                return None
    return text


def calls_for(before: Files, after: Files) -> Iterator[tuple[str, JSON]]:
    """The calls that make of the files `before` those `after`, by exact edits where that is
    shorter."""
    for path, text in after.items():
        if before.get(path) == text:
            continue
        edits = _edits(before[path], text) if path in before else []
        if edits and len(edits) <= MOST_EDITS:
            yield "edit_file", {"path": path, "edits": edits}
        else:
            yield "write_file", {"path": path, "content": text}


def _edits(before: str, after: str) -> list[JSON]:
    """Exact edits; each one's search text occurs once, also after those before it. Empty where
    there is none such."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    spans = [
        [a, b, c, d]
        for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if tag != "equal"
    ]
    edits: list[JSON] = []
    text, floor, ceiling = before, 0, len(old)
    for number, (a, b, c, d) in enumerate(spans):
        ceiling = spans[number + 1][0] if number + 1 < len(spans) else len(old)
        while (search := "".join(old[a:b])) == "" or text.count(search) != 1:
            if a > floor:  # a line more above, then below, until it is the only such place
                a, c = a - 1, c - 1
            elif b < ceiling:
                b, d = b + 1, d + 1
            else:
                return []
        floor = b
        text = text.replace(search, "".join(new[c:d]))
        edits.append({"search": search, "replace": "".join(new[c:d])})
    return edits if text == after else []
