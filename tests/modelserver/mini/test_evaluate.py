"""What counts as a valid answer."""

from pathlib import Path

import pytest

from modelserver.mini.batches import collate
from modelserver.mini.checkpoint import Checkpoint
from modelserver.mini.data import Sample
from modelserver.mini.evaluate import teacher_forced, valid_calls
from modelserver.mini.vocabulary import DOCUMENT_END, GROUPS, ID
from tests.modelserver.mini.drawn import samples_of


@pytest.fixture
def samples(pages: Path) -> list[Sample]:
    return samples_of(pages, 8)


def test_the_answers_of_the_data_are_valid(samples: list[Sample]) -> None:
    assert all(valid_calls(sample.answer) for sample in samples)


@pytest.mark.parametrize(
    "missing",
    [
        "<|tool_call_end|>", "<|tool_call_argument_begin|>", "<|tool_calls_section_end|>",
        "functions.finish:2", "<|im_end|>", DOCUMENT_END,
    ],
)  # fmt: skip
def test_an_answer_that_lacks_a_mark_is_not_valid(samples: list[Sample], missing: str) -> None:
    answer = list(samples[0].answer)
    answer.remove(ID[missing])

    assert not valid_calls(answer)


def test_accuracy_is_told_by_group(run: Path, samples: list[Sample]) -> None:
    scores = teacher_forced(Checkpoint.load(run).trained(), [collate(samples)])

    assert {"other", "lines", "ground"} <= set(scores.groups) <= {"other", "lines", *GROUPS}
    assert all(0 <= share <= 1 for share in scores.groups.values())
    assert scores.exact == 0
