"""Projects of the stacks that are built, as a person writes them, with what was built of each.

`tests/data/editing/built` is recorded: `tests/workers/building/test_marks.py` builds them anew and
holds the record to it.
"""

from pathlib import Path

from webapp.studio.sources import BUILT, SUFFIX

FOLDER = Path(__file__).parents[2] / "data" / "editing"
STACKS = ("react", "vue", "html-tailwind")
PICTURES = {
    "react": "src/assets/kiln.png",
    "vue": "src/assets/kiln.png",
    "html-tailwind": "public/images/kiln.png",
}


def sources(stack: str) -> dict[str, str]:
    root = FOLDER / stack
    return {
        str(path.relative_to(root)): path.read_text()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def files(stack: str) -> dict[str, str]:
    """All that a revision has: sources, pictures by their names, and what was built."""
    built = {
        BUILT + path.name.removesuffix(SUFFIX): path.read_text()
        for path in (FOLDER / "built" / stack).iterdir()
    }
    return sources(stack) | {PICTURES[stack]: ""} | built
