"""The kinds of code that can be written."""

from pydantic import BaseModel, ConfigDict


class StackOption(BaseModel):
    """A kind of code. `has_build`: its files are sources, and a browser shows the site that is
    built of them."""

    model_config = ConfigDict(frozen=True)

    id: str
    label: str
    note: str
    has_build: bool = True


STACKS = (
    StackOption(
        id="html-css", label="HTML + CSS", note="Plain files, no build step.", has_build=False
    ),
    StackOption(
        id="html-tailwind",
        label="HTML + Tailwind",
        note="Utility classes and a theme; Tailwind 4, built with Vite.",
    ),
    StackOption(id="react", label="React", note="Components in TypeScript, built with Vite."),
    StackOption(id="vue", label="Vue", note="Single-file components, built with Vite."),
)
DEFAULT_STACK = STACKS[0].id
BUILT_STACKS = frozenset(one.id for one in STACKS if one.has_build)
