"""The memory plan of the released model, and what is said when it does not fit."""

from dataclasses import replace

import pytest

from modelserver.architecture import Architecture, parse_architecture
from modelserver.config import PROFILES, Choices
from modelserver.hardware import GIB, Hardware
from modelserver.inventory import Part
from modelserver.plan import GB, Plan, assumed, check, make_plan
from modelserver.refusal import Refusal
from modelserver.table import table
from tests.modelserver.serve.configs import KIMI_VL, MOONLIGHT, scaled

ANY = Choices()


def on(profile: str, gpu_memory: float) -> Hardware:
    return replace(assumed(PROFILES[profile]), gpu_memory=gpu_memory)


def row(plan: Plan, name: str) -> float:
    """GiB per GPU."""
    return next(each.per_gpu for each in plan.rows if each.name == name) / GIB


def refusal(plan: Plan) -> str:
    with pytest.raises(Refusal) as caught:
        check(plan, ANY)
    return str(caught.value)


def test_the_released_weights_take_595_gb_on_disk(k25: Architecture) -> None:
    assert make_plan(k25, PROFILES["tp8"]).on_disk / GB == pytest.approx(595, abs=0.5)


def test_eight_gpus_hold_about_72_gib_each(k25: Architecture) -> None:
    assert make_plan(k25, PROFILES["tp8"]).per_gpu / GIB == pytest.approx(72, abs=0.5)


def test_the_latent_cache_takes_70272_bytes_a_token(k25: Architecture) -> None:
    assert make_plan(k25, PROFILES["tp8"]).cache_per_token == 70_272


def test_cache_and_weights_stay_within_their_share_of_a_gpu(k25: Architecture) -> None:
    plan = make_plan(k25, PROFILES["tp8"])
    held = plan.per_gpu + plan.cache_tokens * plan.cache_per_token
    share = plan.hardware.gpu_memory * GIB * plan.profile.static_fraction
    assert share - plan.cache_per_token < held <= share


def test_every_gpu_holds_all_latent_projections(k25: Architecture) -> None:
    text = k25.text
    latent = text.layers * text.hidden * (1536 + text.kv_latent + text.rope) * 2 / GIB
    one, eight = PROFILES["gpu"], PROFILES["tp8"]
    whole, eighth = (row(make_plan(k25, each), Part.ATTENTION) for each in (one, eight))
    assert eighth - latent == pytest.approx((whole - latent) / 8, rel=0.01)


def test_data_parallel_attention_keeps_all_heads_on_every_gpu(k25: Architecture) -> None:
    plan = make_plan(k25, PROFILES["tp8"], choices=Choices(data_parallel_attention=True))
    assert row(plan, Part.ATTENTION) == pytest.approx(
        row(make_plan(k25, PROFILES["gpu"]), Part.ATTENTION)
    )


def test_the_hybrid_profile_leaves_most_experts_in_ram(k25: Architecture) -> None:
    plan = make_plan(k25, PROFILES["hybrid"])
    assert plan.fits
    assert plan.in_ram / GIB == pytest.approx(531.6 * 368 / 384, abs=1)


def test_more_experts_on_the_gpu_leave_less_room_for_the_cache(k25: Architecture) -> None:
    few, many = (
        make_plan(k25, PROFILES["hybrid"], choices=Choices(experts_on_gpu=count))
        for count in (8, 32)
    )
    assert many.cache_tokens < few.cache_tokens
    assert many.in_ram < few.in_ram


def test_eight_80_gib_gpus_are_refused_with_what_would_do(k25: Architecture) -> None:
    said = refusal(make_plan(k25, PROFILES["tp8"], on("tp8", 80.0)))
    assert "71.7 GiB of weights on each GPU" in said
    assert "profile tp8 with 8 GPUs of 141 GiB" in said
    assert "profile hybrid with 2 GPUs of 48 GiB and 600 GiB of RAM" in said


def test_a_context_too_long_for_the_cache_is_refused_with_the_length_that_fits(
    k25: Architecture,
) -> None:
    said = refusal(make_plan(k25, PROFILES["tp8"], on("tp8", 96.0)))
    assert "--context-length 150528" in said


def test_the_length_it_names_is_accepted(k25: Architecture) -> None:
    choices = Choices(context=150_528)
    check(make_plan(k25, PROFILES["tp8"], on("tp8", 96.0), choices), choices)


def test_too_few_gpus_are_refused(k25: Architecture) -> None:
    hardware = Hardware(gpus=2, gpu_memory=141.0, ram=512.0, measured=True)
    assert "needs 8 GPUs; there are 2" in refusal(make_plan(k25, PROFILES["tp8"], hardware))


def test_too_little_ram_is_refused(k25: Architecture) -> None:
    hardware = Hardware(gpus=2, gpu_memory=48.0, ram=256.0, measured=True)
    assert "541 GiB of RAM" in refusal(make_plan(k25, PROFILES["hybrid"], hardware))


def test_the_hybrid_profile_refuses_bf16_experts(k25: Architecture) -> None:
    assert "INT4" in refusal(make_plan(replace(k25, int4=False), PROFILES["hybrid"]))


def test_positions_that_sglang_cannot_compute_on_a_cpu_are_refused() -> None:
    model = parse_architecture(MOONLIGHT, "Moonlight")
    assert "Use profile gpu" in refusal(make_plan(model, PROFILES["cpu"], Hardware(0, 0, 99, True)))


@pytest.mark.parametrize("content", [MOONLIGHT, KIMI_VL])
def test_the_siblings_fit_one_gpu_in_bf16(content: dict[str, object]) -> None:
    plan = make_plan(parse_architecture(scaled(content), "sibling"), PROFILES["gpu"])
    check(plan, ANY)
    assert plan.on_disk / GB == pytest.approx(32, abs=1)


def test_the_table_adds_up(k25: Architecture) -> None:
    lines = table(make_plan(k25, PROFILES["tp8"])).splitlines()
    parts = [line.split() for line in lines if line.startswith("  ") and line.endswith("–")]
    figures = {" ".join(words[:-3]): words[-3:] for words in parts}
    total = float(figures.pop("all")[1])
    assert sum(float(each[1]) for each in figures.values()) == pytest.approx(total, abs=0.1)
