"""The INT4 checkpoint against its bf16 twin, through the whole server."""

from pathlib import Path

import pytest
from PIL import Image

from tests.modelserver.sglang.conftest import Served, Token, noise, serve

EXACT = 1e-4
FUSED = 5e-4  # rounding to the packed kernel's fixed point happens at other values
PACKED = 5e-2  # the twin's experts are rounded to bf16, those of the packed kernel are not
PROMPTS: tuple[tuple[str, list[Image.Image]], ...] = (
    ("Write a page with a table and a footer.", []),
    ("Copy this mockup.", [noise(140, 112, seed=5)]),
)


def answers(served: Served) -> list[list[Token]]:
    return [served.greedy(text, images, 8)[0] for text, images in PROMPTS]


def assert_same(left: list[list[Token]], right: list[list[Token]], tolerance: float) -> None:
    for ours, theirs in zip(left, right, strict=True):
        assert [token.text for token in ours] == [token.text for token in theirs]
        assert [token.logprob for token in ours] == pytest.approx(
            [token.logprob for token in theirs], abs=tolerance
        )


def test_dequantised_experts_equal_those_of_the_twin(
    twin: Served, checkpoints: Path, tmp_path: Path
) -> None:
    settings = {"MOCKWRIGHT_MOE_KERNEL": "dequant"}
    with serve(checkpoints / "int4", tmp_path / "log", settings=settings) as dequantised:
        assert_same(answers(dequantised), answers(twin), EXACT)


def test_decode_steps_in_one_call_equal_those_layer_by_layer(
    int4: Served, checkpoints: Path, tmp_path: Path
) -> None:
    settings = {"MOCKWRIGHT_DECODE_STEP": "layers"}
    with serve(checkpoints / "int4", tmp_path / "log", settings=settings) as layered:
        assert "decode steps: layer by layer, as MOCKWRIGHT_DECODE_STEP says" in said(layered)
        assert_same(answers(int4), answers(layered), FUSED)


def test_the_packed_kernel_stays_within_its_stated_error(twin: Served, int4: Served) -> None:
    assert_same(answers(int4), answers(twin), PACKED)


def test_the_log_names_the_kernel_of_every_kind_of_layer(int4: Served) -> None:
    assert said(int4) == [
        "attention: latent cache (MLA) by torch_native · 3 layers",
        "routed experts: INT4, kernel packed · 2 layers",
        "everything else: SGLang's own path in torch.float32",
        "decode steps: all layers in one call, kernel fused",
    ]


def test_what_the_decode_step_does_not_serve_goes_layer_by_layer(twin: Served) -> None:
    (line,) = [line for line in said(twin) if line.startswith("decode steps")]
    assert line.startswith("decode steps: layer by layer, not kernel fused, ")


def said(served: Served) -> list[str]:
    """What the plugin wrote to the server's log."""
    lines = served.log.read_text().splitlines()
    return [line.partition("mockwright · ")[2] for line in lines if "mockwright · " in line]
