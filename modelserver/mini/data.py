"""Rendered pages as training samples, in shards on disk.

A shard holds pages as they were rendered: a small PNG, the ink boxes of the text lines, what lies
in each vision token. Prompt and answer are written when a sample is read, so that each pass sees
the boxes a little off, as a reader of text would give them.
"""

import io
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from modelserver.mini import vocabulary as v
from modelserver.mini.lines import LineBox, line_tokens, reading_order
from modelserver.mini.pages import HEIGHT, WIDTH, Page, Split, draw

SCALE = 2  # CSS px to a pixel that the model sees
PATCH, MERGE = 14, 2
TOKEN = PATCH * MERGE * SCALE  # CSS px of a vision token's side
VISION_TOKENS = (WIDTH // TOKEN) * (HEIGHT // TOKEN)
INSTANT_SHARE = 0.15  # of the samples answer without a thought
JITTER = 1.2  # CSS px, standard deviation of a box's edges
OUTLINED_SHARE, UNREAD_SHARE = 0.04, 0.003  # of the lines

KINDS = ("button0", "button1", "button2", "button3", "cards0", "cards1", "cards2", "cards3",
         "form0", "form1", "table0", "table1", "hero0", "hero1", "hero2", "hero3",
         "header0", "header1", "footer0", "footer1")  # fmt: skip
COLOURS = tuple(entry[0] for table in (v.GROUNDS, v.PALETTE) for entry in table.values())
MARKS = len(COLOURS) + len(KINDS)


@dataclass(frozen=True)
class Rendered:
    """A page as the browser drew it: its mockup and, in CSS px, the ink of its texts in document
    order, and the box of each element of KINDS."""

    seed: int
    image: Image.Image
    lines: tuple[LineBox, ...]
    elements: tuple[tuple[int, LineBox], ...]


@dataclass(frozen=True)
class Sample:
    """`image` uint8 [308, 224, 3]; `prompt` and `answer` token ids; `marks` uint8
    [VISION_TOKENS, MARKS], 1 where a colour or an element of that kind lies in the token."""

    image: npt.NDArray[np.uint8]
    prompt: list[int]
    answer: list[int]
    marks: npt.NDArray[np.uint8]
    simple: bool


def write_shard(path: Path, pages: Iterable[Rendered]) -> None:
    """Write whole or not at all."""
    kept = list(pages)
    lines = [[(b.x, b.y, b.width, b.height) for b in page.lines] for page in kept]
    pictures = [np.frombuffer(_png(page.image), np.uint8) for page in kept]
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file:
        np.savez(
            file,
            seeds=np.array([page.seed for page in kept], np.int64),
            lines=np.concatenate([np.array(boxes, np.float32) for boxes in lines]),
            line_counts=np.array([len(boxes) for boxes in lines], np.int64),
            pictures=np.concatenate(pictures),
            picture_sizes=np.array([len(picture) for picture in pictures], np.int64),
            marks=np.packbits(np.stack([marks_of(page) for page in kept]), axis=-1),
        )
    temporary.replace(path)


def marks_of(page: Rendered) -> npt.NDArray[np.uint8]:
    """[VISION_TOKENS, MARKS]: which colours and elements each vision token holds."""
    rows, columns = HEIGHT // TOKEN, WIDTH // TOKEN
    marks = np.zeros((rows, columns, MARKS), np.uint8)
    pixels = np.asarray(page.image)[::4, ::4].astype(np.int16)
    side = TOKEN // 4
    blocks = pixels.reshape(rows, side, columns, side, 3).transpose(0, 2, 1, 3, 4)
    for index, colour in enumerate(COLOURS):
        wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], np.int16)
        near = (np.abs(blocks - wanted) <= 6).all(-1)
        marks[..., index] = near.sum((2, 3)) >= 4
    for kind, box in page.elements:
        top, left = int(box.y) // TOKEN, int(box.x) // TOKEN
        bottom = int(box.y + box.height - 1) // TOKEN + 1
        right = int(box.x + box.width - 1) // TOKEN + 1
        marks[max(top, 0) : bottom, max(left, 0) : right, len(COLOURS) + kind] = 1
    return marks.reshape(VISION_TOKENS, MARKS)


class Shards:
    """The samples of one split in a folder; every pass looks again for what has been added."""

    def __init__(self, folder: Path, split: Split, seed: int = 0) -> None:
        self.folder = folder / split
        self.seed = seed

    def paths(self) -> list[Path]:
        return sorted(self.folder.glob("*.npz"))

    def epoch(self, number: int, rank: int = 0, ranks: int = 1) -> Iterator[Sample]:
        """One pass in an order of its own; the ranks share the shards' samples between them."""
        dice = random.Random(self.seed * 1_000_003 + number)  # noqa: S311
        paths = self.paths()
        dice.shuffle(paths)
        for path in paths:
            shard = _Shard(path)
            order = list(range(len(shard)))
            dice.shuffle(order)
            luck = [dice.random() for _ in order]  # drawn by every rank, so that they stay in step
            for place in range(rank, len(order), ranks):
                yield shard.sample(order[place], random.Random(luck[place]))  # noqa: S311


class _Shard:
    def __init__(self, path: Path) -> None:
        with np.load(path) as stored:
            self.seeds = stored["seeds"]
            self.marks = stored["marks"]
            self.lines = np.split(stored["lines"], np.cumsum(stored["line_counts"])[:-1])
            self.pictures = np.split(stored["pictures"], np.cumsum(stored["picture_sizes"])[:-1])

    def __len__(self) -> int:
        return len(self.seeds)

    def sample(self, index: int, dice: random.Random) -> Sample:
        page = draw(int(self.seeds[index]))
        lines = _as_read([LineBox(*map(float, row)) for row in self.lines[index]], dice)
        prompt, answer = conversation(page, lines, thinking=dice.random() >= INSTANT_SHARE)
        with Image.open(io.BytesIO(self.pictures[index].tobytes())) as picture:
            image = np.asarray(picture.convert("RGB"))
        marks = np.unpackbits(self.marks[index], axis=-1)[:, :MARKS]
        return Sample(image, prompt, answer, marks, page.simple)


def conversation(
    page: Page, lines: Mapping[int, LineBox], *, thinking: bool
) -> tuple[list[int], list[int]]:
    """Token ids of the prompt and of the answer for a page whose text `i` was read at `lines[i]`;
    a text that was not read has no line."""
    texts, boxes = list(lines), list(lines.values())
    order = reading_order(boxes)
    numbers = {texts[index]: number for number, index in enumerate(order)}
    prompt = prompt_tokens([boxes[index] for index in order], thinking=thinking)
    thought = [*page.thought(), "</think>"] if thinking else []
    return _ids(prompt), _ids([*thought, *page.answer(numbers)])


def prompt_tokens(boxes: list[LineBox], *, thinking: bool) -> list[str]:
    """What the chat template makes of one request; `boxes` in reading order."""
    lines = [token for number, box in enumerate(boxes) for token in line_tokens(number, box)]
    return [
        "<|im_system|>", "tool_declare", "<|im_middle|>", "write_file", " finish", "<|im_end|>",
        "<|im_user|>", "user", "<|im_middle|>",
        "<|media_begin|>", "image", "<|media_content|>",
        *["<|media_pad|>"] * VISION_TOKENS, "<|media_end|>",
        *lines, "<|im_end|>",
        "<|im_assistant|>", "assistant", "<|im_middle|>", "<think>",
        *(() if thinking else ("</think>",)),
    ]  # fmt: skip


def _ids(tokens: list[str]) -> list[int]:
    return [v.ID[token] for token in tokens]


def _as_read(lines: list[LineBox], dice: random.Random) -> dict[int, LineBox]:
    """The lines as a reader of text gives them: a little off, now and then with the outline of the
    button around them, and hardly ever not at all."""
    read: dict[int, LineBox] = {}
    for index, box in enumerate(lines):
        if dice.random() < UNREAD_SHARE:
            continue
        grown = dice.uniform(6, 14) if dice.random() < OUTLINED_SHARE else 0.0
        left, top, right, bottom = (grown + dice.gauss(0, JITTER) for _ in range(4))
        x, y = max(box.x - left, 0.0), max(box.y - top, 0.0)
        width, height = box.x + box.width + right - x, box.y + box.height + bottom - y
        read[index] = LineBox(x, y, max(width, 1.0), max(height, 1.0))
    return read


def _png(image: Image.Image) -> bytes:
    """The picture as the model's preprocessor will shrink it."""
    size = (WIDTH // SCALE, HEIGHT // SCALE)
    out = io.BytesIO()
    image.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(out, "PNG", compress_level=3)
    return out.getvalue()
