"""What a person gave beside mockups and words, as a model reads it: rules, tokens, a base."""

from collections.abc import Iterator

from webapp.studio.events import FileRef
from workers.agent.protocols import Task
from workers.agent.references import BASE_FOLDER, reference_files
from workers.models.endpoint.sizes import BYTES_PER_TOKEN

SHARE = 0.15  # of the window, that all rules and tokens may take together
MOST_NAMED = 80  # files of a base

RULES = (
    "The person's rules for this project, {name}. They hold for design and code: before the"
    " mockup's exact values and your taste, after the person's own words.\n{text}"
)
TOKENS = (
    "The person's design tokens for this project, {name}. Use them by their names, as custom"
    " properties, in place of values of the mockup that are about the same.\n{text}"
)
CUT = (
    "… the rest, {count:,} characters, is too long to stand here, and holds as well. Read what you"
    " need of it before you write: `read_file` with path `{path}`, first_line {line}, first_column"
    " {column}."
)
BASE = (
    "The person gives a page to start from. It lies in the folder already: {files}. Read what you"
    " need of it before you write. Change it by exact edits until it shows the mockup: take its"
    " components, classes and tokens again, and leave files that the mockup does not touch as they"
    " are."
)
BASE_ASIDE = (
    "The person also gives a page that this run began without; the folder holds what was made of"
    " the mockups alone. It can be read under `{folder}/`, not written: {files}. Where you write"
    " anew, look there first, and take its components, classes and tokens again."
)
MORE = "{count} more (`list_files`)"
FORMS = {"rules": RULES, "tokens": TOKENS}


def texts_of(task: Task, window: int | None) -> Iterator[str]:
    """Each rule, token file and the base in its own text; `window` in tokens, None: all fits."""
    count = max(1, len(task.guidelines))
    most = None if window is None else round(SHARE * window * BYTES_PER_TOKEN / count)
    paths = reference_files(task)  # theirs come first
    for one, path in zip(task.guidelines, paths, strict=False):
        yield FORMS[one.kind].format(name=one.file.path, text=_cut(one.text.rstrip(), path, most))
    if task.base:
        yield BASE.format(files=_listed(task.base))
    if task.base_aside:
        yield BASE_ASIDE.format(folder=BASE_FOLDER, files=_listed(task.base_aside))


def _cut(text: str, path: str, most: int | None) -> str:
    """As many characters of a text, with where the rest is read."""
    if most is None or len(text) <= most:
        return text
    shown = text[:most]
    to_next = f"{shown}x".splitlines()  # as `read_file` counts lines, to the first left out
    line, column = len(to_next), len(to_next[-1])
    told = CUT.format(count=len(text) - most, path=path, line=line, column=column)
    return f"{shown}\n{told}"


def _listed(files: tuple[FileRef, ...]) -> str:
    named = [f"{one.path} ({one.size:,} bytes)" for one in files[:MOST_NAMED]]
    more = [MORE.format(count=len(files) - MOST_NAMED)] if len(files) > MOST_NAMED else []
    return ", ".join((*named, *more))
