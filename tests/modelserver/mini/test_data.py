"""Training samples, as they come out of shards."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from modelserver.mini import vocabulary as v
from modelserver.mini.data import (
    COLOURS,
    MARKS,
    VISION_TOKENS,
    Rendered,
    Shards,
    conversation,
    marks_of,
    write_shard,
)
from modelserver.mini.lines import LineBox
from modelserver.mini.pages import HEIGHT, WIDTH, draw, pages


def rendered(seed: int) -> Rendered:
    """A page as if drawn: its texts below each other, one red square at the top left."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "#ffffff")
    image.paste("#dc2626", (0, 0, 56, 56))
    texts = draw(seed).texts
    lines = tuple(LineBox(20, 10 + 12 * number, 60, 10) for number in range(len(texts)))
    return Rendered(seed, image, lines, ((0, LineBox(60, 60, 40, 20)),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "train").mkdir()
    write_shard(tmp_path / "train" / "00000.npz", [rendered(seed) for seed in range(8)])
    return tmp_path


def test_a_sample_is_a_small_picture_a_prompt_an_answer_and_marks(folder: Path) -> None:
    sample = next(iter(Shards(folder, "train").epoch(0)))

    assert sample.image.shape == (308, 224, 3)
    assert sample.image.dtype == np.uint8
    assert sample.prompt.count(v.ID["<|media_pad|>"]) == VISION_TOKENS
    assert sample.answer[-1] == v.ID["<|im_end|>"]
    assert sample.marks.shape == (VISION_TOKENS, MARKS)


def test_marks_say_where_a_colour_and_an_element_are() -> None:
    marks = marks_of(rendered(1)).reshape(11, 8, MARKS)

    red, button = COLOURS.index("#dc2626"), len(COLOURS)
    assert np.argwhere(marks[..., red]).tolist() == [[0, 0]]
    assert np.argwhere(marks[..., button]).tolist() == [[1, 1]]


def test_the_ranks_share_a_pass_without_overlap(folder: Path) -> None:
    shards = Shards(folder, "train", seed=3)

    whole = sorted(str(s.answer) for s in shards.epoch(1))
    halves = [[str(s.answer) for s in shards.epoch(1, rank, 2)] for rank in range(2)]

    assert len(halves[0]) == len(halves[1]) == 4
    assert sorted(halves[0] + halves[1]) == whole


def test_a_pass_has_an_order_of_its_own_and_can_be_repeated(folder: Path) -> None:
    shards = Shards(folder, "train")
    first, again, second = ([s.prompt for s in shards.epoch(n)] for n in (0, 0, 1))

    assert first == again
    assert first != second


def test_a_shard_that_is_added_is_in_the_next_pass(folder: Path) -> None:
    shards = Shards(folder, "train")
    assert len(list(shards.epoch(0))) == 8
    write_shard(folder / "train" / "00001.npz", [rendered(20)])

    assert len(list(shards.epoch(1))) == 9


def test_the_page_refers_to_its_texts_by_their_line_in_reading_order() -> None:
    page = next(pages("train"))
    below = {i: LineBox(10, 600 - 12 * i, 50, 10) for i in range(len(page.texts))}

    _, answer = conversation(page, below, thinking=False)

    last = v.ID[v.line(len(page.texts) - 1)]
    assert answer.count(last) == 2  # the first text is the title too, and stands lowest
