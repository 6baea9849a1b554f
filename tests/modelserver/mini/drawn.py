"""Pages drawn crudely: real layouts and answers, pictures that only their ground colour tells."""

from itertools import islice
from pathlib import Path

from PIL import Image, ImageDraw

from modelserver.mini.data import Rendered, Sample, Shards, write_shard
from modelserver.mini.lines import LineBox
from modelserver.mini.pages import HEIGHT, WIDTH, Split, draw


def drawn(seed: int) -> Rendered:
    """A page whose texts stand in three columns on a ground of the seed's colour."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (seed * 37 % 256, seed * 91 % 256, seed * 53 % 256))
    boxes = tuple(
        LineBox(20 + number % 3 * 130, 8 + number // 3 * 36, 30 + number, 10)
        for number in range(len(draw(seed).texts))
    )
    pen = ImageDraw.Draw(image)
    for box in boxes:
        pen.rectangle((box.x, box.y, box.x + box.width, box.y + box.height), fill="#000000")
    return Rendered(seed, image, boxes, ((0, boxes[0]),))


def write_pages(folder: Path, counts: dict[Split, int]) -> Path:
    """So many short pages of each split."""
    for split, count in counts.items():
        (folder / split).mkdir()
        seeds = (n for n in range(10**6) if draw(n).split == split and len(draw(n).texts) <= 10)
        write_shard(folder / split / "00000.npz", map(drawn, islice(seeds, count)))
    return folder


def samples_of(folder: Path, count: int) -> list[Sample]:
    """The first training samples of the folder."""
    return list(islice(Shards(folder, "train").epoch(0), count))
