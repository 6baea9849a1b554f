"""Example mockups for a person who has none at hand: `examples/*.png`, named by `examples.json`."""

from functools import cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image
from pydantic import BaseModel, TypeAdapter

from webapp.studio.errors import NotFound
from webapp.studio.uploads.images import thumbnail_of

FOLDER = Path(__file__).parent / "examples"


class ExampleEntry(BaseModel):
    """An entry of examples.json; the picture is `<name>.png`."""

    name: str
    title: str
    scale: float


class Example(ExampleEntry):
    """An example as the start screen shows it, with its size in image pixels."""

    width: int
    height: int
    thumbnail_url: str


_entries = TypeAdapter(list[ExampleEntry])


def examples() -> tuple[Example, ...]:
    """The examples whose pictures are there."""
    return _examples_below(settings.APP_PATH)


@cache
def _examples_below(path: str) -> tuple[Example, ...]:
    index = FOLDER / "examples.json"
    entries = _entries.validate_json(index.read_bytes()) if index.is_file() else []
    return tuple(_describe(entry, path) for entry in entries if _path(entry.name).is_file())


def example(name: str) -> tuple[Example, bytes]:
    """An example with its PNG. Raises NotFound."""
    for one in examples():
        if one.name == name:
            return one, _path(name).read_bytes()
    raise NotFound(detail=f"No such example: {name}.")


@cache
def example_thumbnail(name: str) -> bytes:
    """A small PNG of an example. Raises NotFound."""
    return thumbnail_of(example(name)[1])


def _describe(entry: ExampleEntry, path: str) -> Example:
    with Image.open(BytesIO(_path(entry.name).read_bytes())) as image:
        width, height = image.size
    url = f"{path}/api/examples/{entry.name}/thumbnail"
    return Example(**entry.model_dump(), width=width, height=height, thumbnail_url=url)


def _path(name: str) -> Path:
    return FOLDER / f"{name}.png"
