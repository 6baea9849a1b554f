"""How good the model is: teacher-forced scores, and answers it writes by itself.

python -m modelserver.mini.evaluate RUN --data DIR [--samples 100] [--split validation]

With --unquantised the routed experts are as trained, not rounded to INT4.
"""

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from modelserver.mini.batches import IGNORED, Batch
from modelserver.mini.checkpoint import Checkpoint
from modelserver.mini.data import Sample, Shards
from modelserver.mini.generate import answers
from modelserver.mini.model import Mini
from modelserver.mini.vocabulary import GROUPS, ID, LINES, TOKENS, line

TOGETHER = 25  # prompts answered at once
LIMIT = 240  # tokens of an answer
CALL = re.compile(
    r"<\|tool_call_begin\|>functions\.(\w+):(\d+)<\|tool_call_argument_begin\|>(.*?)"
    r"<\|tool_call_end\|>",
    re.DOTALL,
)
SECTION = re.compile(
    r"(?:[^<]*</think>)?<\|tool_calls_section_begin\|>(.*)<\|tool_calls_section_end\|><\|im_end\|>",
    re.DOTALL,
)
EXPECTED_CALLS = [("write_file", "0"), ("write_file", "1"), ("finish", "2")]
ATTRIBUTES = {token for group in GROUPS.values() for token in group}
ATTRIBUTE = -1  # stands for any style token when structures are compared


@dataclass(frozen=True)
class TeacherForced:
    """loss per token; share of answers with every token right; accuracy by token group."""

    loss: float
    exact: float
    groups: dict[str, float]


@dataclass(frozen=True)
class FreeRunning:
    """Shares of greedy answers: valid tool calls; all but the style tokens right; at most one
    style token wrong besides; all right."""

    samples: int
    valid: float
    structure: float
    near: float
    exact: float


@torch.no_grad()
def teacher_forced(model: Mini, batches: Sequence[Batch]) -> TeacherForced:
    """Scores of next-token predictions given the true answer so far."""
    names = ["other", "lines", *GROUPS]
    group_of = _group_ids().to(batches[0].ids.device)
    right, total = torch.zeros(len(names)), torch.zeros(len(names))
    loss, exact, samples = 0.0, 0, 0
    for batch in batches:
        logits = model(batch.ids, model.see(batch.images), batch.asked).float()
        real = batch.targets != IGNORED
        targets, hit = batch.targets[real], logits.argmax(-1) == batch.targets
        loss += float(functional.cross_entropy(logits[real], targets, reduction="sum"))
        exact += int((hit | ~real).all(1).sum())
        samples += len(batch.ids)
        groups = group_of[targets]
        total += torch.bincount(groups, minlength=len(names)).cpu()
        right += torch.bincount(groups, hit[real].float(), len(names)).cpu()
    shares = {n: float(r / t) for n, r, t in zip(names, right, total, strict=True) if t}
    return TeacherForced(loss / float(total.sum()), exact / samples, shares)


def free_running(model: Mini, samples: Sequence[Sample], device: str = "cpu") -> FreeRunning:
    """Lets the model write its own answers, greedily."""
    ordered = sorted(samples, key=lambda sample: len(sample.prompt))
    counts = np.zeros(4)
    for start in range(0, len(ordered), TOGETHER):
        group = ordered[start : start + TOGETHER]
        images = torch.from_numpy(np.stack([s.image for s in group])).to(device)
        for sample, answer in zip(
            group, answers(model, [s.prompt for s in group], images, LIMIT), strict=True
        ):
            counts += _judged(answer, sample.answer)
    return FreeRunning(len(ordered), *(counts / max(len(ordered), 1)).tolist())


def valid_calls(answer: Sequence[int]) -> bool:
    """Whether the markup holds the three tool calls, each with a JSON object for arguments."""
    section = SECTION.fullmatch("".join(TOKENS[token] for token in answer))
    if section is None or CALL.sub("", section[1]):
        return False
    calls = CALL.findall(section[1])
    names = [(name, number) for name, number, _ in calls]
    return names == EXPECTED_CALLS and all(_is_object(text) for *_, text in calls)


def _judged(answer: list[int], truth: list[int]) -> tuple[bool, bool, bool, bool]:
    same = _structure(answer) == _structure(truth)
    wrong = sum(a != b for a, b in zip(answer, truth, strict=False))
    return valid_calls(answer), same, same and wrong <= 1, answer == truth


def _structure(answer: list[int]) -> list[int]:
    return [ATTRIBUTE if token in ATTRIBUTES else token for token in answer]


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except json.JSONDecodeError:
        return False


def _group_ids() -> Tensor:
    """[V]: 0 for tokens in no group, 1 for line references, then GROUPS in order."""
    ids = torch.zeros(len(TOKENS), dtype=torch.long)
    ids[ID[line(0)] : ID[line(0)] + LINES] = 1
    for index, group in enumerate(GROUPS.values()):
        ids[list(group)] = index + 2
    return ids


def main() -> None:
    parser = argparse.ArgumentParser(description="Score a run on pages it has not seen.")
    parser.add_argument("run", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", choices=["validation", "test"], default="validation")
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--unquantised", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    samples = list(islice(Shards(options.data, options.split).epoch(0), options.samples))
    model = Checkpoint.load(options.run).trained()
    model.quantise(not options.unquantised)
    print(json.dumps(asdict(free_running(model, samples))))


if __name__ == "__main__":
    main()
