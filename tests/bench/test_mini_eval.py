"""The evaluation of Kimi mini, its server played by a stand-in that knows the right answer."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bench.mini_eval import main
from bench.mini_mockups import Unseen, mockups
from bench.mini_results import Evaluation, MiniResult
from modelserver.mini.pages import draw
from tests.workers.models.stand_in import Reply, says, stand_in
from workers.browser.renderer import Renderer
from workers.models.mini.read_lines import read_lines

MINI = [{"id": "kimi-mini"}]


@pytest.fixture(scope="module")
def unseen(tmp_path_factory: pytest.TempPathFactory) -> Unseen:
    """The first mockup of test set 0."""

    async def make() -> list[Unseen]:
        renderer = Renderer()
        try:
            return await mockups(0, 1, tmp_path_factory.mktemp("unseen"), renderer)
        finally:
            await renderer.close()

    return asyncio.run(make())[0]


def evaluate(tmp_path: Path, *replies: Reply) -> dict[str, Any]:
    out, sheet = tmp_path / "result.json", tmp_path / "sheet.png"
    with stand_in(*replies, models=MINI) as server:
        given = ["--pages", "1", "--url", server.url, "--out", str(out), "--sheet", str(sheet)]
        assert main(given) == 0
    with Image.open(sheet) as picture:
        assert picture.height > 300
    return dict(json.loads(out.read_text()))


def test_the_right_answer_to_a_mockup_is_valid_and_scores_nearly_all(
    unseen: Unseen, tmp_path: Path
) -> None:
    page = draw(unseen.seed)
    assert page.split == "test"
    read = [line.words for line in read_lines(unseen.mockup)]
    numbers = {index: read.index(text) for index, text in enumerate(page.texts)}
    answer = "".join(page.answer(numbers)).removesuffix("<|im_end|>")
    result = evaluate(tmp_path, says(answer))
    assert result["results"][0]["seed"] == unseen.seed
    assert result["figures"]["valid_calls"] == 1.0
    assert result["figures"]["score_mean"] > 0.98


def test_an_answer_without_a_page_counts_as_nothing_and_says_why(tmp_path: Path) -> None:
    result = evaluate(tmp_path, says("I cannot see."), says("I cannot see."))
    assert result["figures"]["valid_calls"] == result["figures"]["good_pages"] == 0.0
    assert result["results"][0]["failure"].startswith("mini_no_page")


def test_the_figures_are_shares_of_all_pages() -> None:
    results = (
        MiniResult(1, valid=True, score=1.0), MiniResult(2, valid=True, score=0.85),
        MiniResult(3, valid=True, score=0.849), MiniResult(4, failure="mini_no_page: …"),
    )  # fmt: skip
    evaluation = Evaluation(results, "x", True, 4, 8.0, "a machine")
    figures = evaluation.figures()
    assert (figures["valid_calls"], figures["good_pages"]) == (0.75, 0.5)
    assert figures["seconds_a_page"] == 2.0
    counted = evaluation.distribution()
    assert sum(counted.values()) == 4
    assert (counted["0.00–0.50"], counted["0.85–0.90"], counted["0.98–1.00"]) == (1, 1, 1)
    assert "seed 4: mini_no_page" in evaluation.report()
