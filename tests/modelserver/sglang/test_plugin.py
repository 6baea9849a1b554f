"""The plugin fails loudly, chooses among kernels, and keeps no second copy of the experts."""

from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from modelserver import kernels
from modelserver.kernels import REGISTRY, Unsupported, names
from modelserver.kernels.fused_moe_w4a16 import dequant, torch_int4
from modelserver.quant.int4 import Quantised, quantise
from tests.modelserver.sglang import in_place

EXPERTS, HIDDEN, WIDTH, TOKENS, CHOSEN = 4, 64, 32, 5, 2
OPERATION = "fused_moe_w4a16"
VARIABLE = "MOCKWRIGHT_MOE_KERNEL"


class Layer(nn.Module):
    moe_tp_size = 1


@pytest.fixture
def plugin(sglang_on_cpu: None, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    import modelserver.plugin

    monkeypatch.setattr(modelserver.plugin, "said", set())
    monkeypatch.delenv(VARIABLE, raising=False)
    return modelserver.plugin


@pytest.fixture
def forgotten_hooks(plugin: ModuleType) -> Iterator[None]:
    before = dict(plugin.HookRegistry._hooks)
    yield
    plugin.HookRegistry._hooks.clear()
    plugin.HookRegistry._hooks.update(before)


def drawn(rows: int, columns: int, seed: int) -> Quantised:
    generator = torch.Generator().manual_seed(seed)
    return quantise(torch.randn(EXPERTS, rows, columns, generator=generator) * columns**-0.5)


def loaded_layer(
    plugin: ModuleType, hidden: int = HIDDEN, width: int = WIDTH
) -> tuple[nn.Module, Any, dict[str, Quantised]]:
    """A layer as SGLang has it after loading, its scheme replaced by ours, and what was loaded."""
    original = object.__new__(plugin.MarlinExperts)
    original.__dict__.update(
        packed_factor=8, strategy="group", group_size=32, actorder=None, sym=True, num_bits=4
    )
    scheme = plugin.choose_experts(lambda: original)
    layer = Layer()
    scheme.create_weights(layer, EXPERTS, hidden, width, torch.bfloat16)
    weights = {"w13": drawn(2 * width, hidden, 1), "w2": drawn(hidden, width, 2)}
    for name, weight in weights.items():
        getattr(layer, f"{name}_weight_packed").data.copy_(weight.packed.transpose(1, 2))
        getattr(layer, f"{name}_weight_scale").data.copy_(weight.scales.transpose(1, 2))
    from sglang.srt.layers.moe.moe_runner.base import MoeRunnerConfig

    scheme.create_moe_runner(layer, MoeRunnerConfig(activation="silu"))
    return layer, scheme, weights


def run(scheme: Any, layer: nn.Module, x: Tensor) -> Tensor:
    generator = torch.Generator().manual_seed(3)
    ids = torch.stack([torch.randperm(EXPERTS, generator=generator)[:CHOSEN] for _ in x])
    dispatched = SimpleNamespace(
        hidden_states=x, topk_output=(torch.full(ids.shape, 0.5), ids.to(torch.int32), None)
    )
    result: Tensor = scheme.apply_weights(layer, dispatched).hidden_states
    return result


def expected(weights: dict[str, Quantised], x: Tensor) -> Tensor:
    generator = torch.Generator().manual_seed(3)
    total = torch.zeros(x.shape, dtype=torch.float64)
    w13, w2 = (weights[name].dequantise(torch.float64) for name in ("w13", "w2"))
    for row, token in enumerate(x.double()):
        for expert in torch.randperm(EXPERTS, generator=generator)[:CHOSEN].tolist():
            gate, up = (w13[expert] @ token).chunk(2)
            total[row] += 0.5 * (w2[expert] @ (torch.nn.functional.silu(gate) * up))
    return total


@pytest.mark.parametrize("name", names(OPERATION, "cpu"))
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_every_registered_kernel_serves_what_sglang_loaded(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch, name: str, dtype: torch.dtype
) -> None:
    monkeypatch.setenv(VARIABLE, name)
    layer, scheme, weights = loaded_layer(plugin)
    scheme.process_weights_after_loading(layer)
    assert scheme.kernel_name == name
    x = torch.randn(TOKENS, HIDDEN, generator=torch.Generator().manual_seed(4)).to(dtype)
    result = run(scheme, layer, x)
    assert result.dtype == dtype
    torch.testing.assert_close(result.double(), expected(weights, x), rtol=2e-2, atol=1e-2)


def test_what_was_loaded_is_freed(plugin: ModuleType) -> None:
    layer, scheme, _ = loaded_layer(plugin)
    scheme.process_weights_after_loading(layer)
    left = {name: tensor.numel() for name, tensor in layer.named_parameters()}
    for name in ("w13_weight_packed", "w13_weight_scale", "w2_weight_packed", "w2_weight_scale"):
        assert left[name] == 0


def test_kernels_are_handed_the_loaded_memory_itself(plugin: ModuleType) -> None:
    layer, _, weights = loaded_layer(plugin)
    for name, weight in weights.items():
        packed, scales = plugin.stored(layer, name)
        assert packed.data_ptr() == getattr(layer, f"{name}_weight_packed").data_ptr()
        assert scales.data_ptr() == getattr(layer, f"{name}_weight_scale").data_ptr()
        assert torch.equal(packed, weight.packed) and torch.equal(scales, weight.scales)


def test_a_kernel_that_packs_in_place_keeps_one_copy_of_the_experts(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(REGISTRY[OPERATION], "cpu", {"in place": in_place.__name__})
    layer, scheme, weights = loaded_layer(plugin, hidden=128, width=128)
    parts = {"words": "packed", "scales": "scale"}
    loaded = {
        (name, part): getattr(layer, f"{name}_weight_{parts[part]}").data_ptr()
        for name in weights
        for part in parts
    }
    scheme.process_weights_after_loading(layer)
    for (name, part), place in loaded.items():
        assert getattr(scheme.prepared[name], part).data_ptr() == place, (name, part)
    x = torch.randn(TOKENS, 128, generator=torch.Generator().manual_seed(4))
    torch.testing.assert_close(
        run(scheme, layer, x).double(), expected(weights, x), rtol=2e-2, atol=1e-2
    )


def test_a_kernel_that_refuses_one_weight_leaves_both_to_the_next(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """w13 [64, 128] could be packed in place, w2 [128, 32] could not."""
    both = {"in place": in_place.__name__, "torch": torch_int4.__name__}
    monkeypatch.setitem(REGISTRY[OPERATION], "cpu", both)
    layer, scheme, weights = loaded_layer(plugin, hidden=128, width=32)
    scheme.process_weights_after_loading(layer)
    assert scheme.kernel_name == "torch"
    x = torch.randn(TOKENS, 128, generator=torch.Generator().manual_seed(4))
    torch.testing.assert_close(
        run(scheme, layer, x).double(), expected(weights, x), rtol=2e-2, atol=1e-2
    )


def test_a_kernel_that_does_not_load_is_passed_over_once_aloud(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = {"broken": "modelserver.kernels.no_such", "torch": torch_int4.__name__}
    monkeypatch.setitem(REGISTRY[OPERATION], "cpu", broken)
    for _ in range(2):
        layer, scheme, _ = loaded_layer(plugin)
        scheme.process_weights_after_loading(layer)
        assert scheme.kernel_name == "torch"
    said = [record.message for record in caplog.records if "broken" in record.message]
    assert len(said) == 1 and "does not load" in said[0]


def test_a_kernel_that_was_asked_for_is_not_replaced(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = {"broken": "modelserver.kernels.no_such", "torch": torch_int4.__name__}
    monkeypatch.setitem(REGISTRY[OPERATION], "cpu", broken)
    monkeypatch.setenv(VARIABLE, "broken")
    layer, scheme, _ = loaded_layer(plugin)
    with pytest.raises(SystemExit, match="broken cannot be used"):
        scheme.process_weights_after_loading(layer)


def test_an_unknown_kernel_ends_the_process(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "fastest")
    with pytest.raises(SystemExit, match="fastest is not one of packed, torch, dequant"):
        plugin.register()


def test_sglang_does_not_swallow_the_failure(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sglang.srt.plugins

    monkeypatch.setenv(VARIABLE, "fastest")
    monkeypatch.setattr(sglang.srt.plugins, "_plugins_loaded", False)
    with pytest.raises(SystemExit, match="fastest"):
        sglang.srt.plugins.load_plugins()


@pytest.mark.usefixtures("forgotten_hooks")
@pytest.mark.parametrize(
    "target", ["sglang.srt.utils.no_such_function", "sglang.no_such_module.function"]
)
def test_a_hook_that_does_not_apply_ends_the_process(plugin: ModuleType, target: str) -> None:
    with pytest.raises(SystemExit, match=f"cannot hook {target}"):
        plugin.hook(target, print, plugin.HookType.AFTER)


def test_another_scheme_is_left_alone(plugin: ModuleType) -> None:
    for scheme in (None, object()):
        assert plugin.choose_experts(lambda scheme=scheme: scheme) is scheme


def test_where_no_kernel_is_registered_sglangs_own_stays(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin, "device_kind", lambda: "cuda")
    monkeypatch.setitem(REGISTRY[OPERATION], "cuda", {})
    original = object.__new__(plugin.MarlinExperts)
    assert plugin.choose_experts(lambda: original) is original


def test_a_layer_that_the_plugin_did_not_reach_stops_the_server(plugin: ModuleType) -> None:
    experts = object.__new__(plugin.FusedMoE)
    experts.__dict__["scheme"] = object.__new__(plugin.MarlinExperts)
    with pytest.raises(SystemExit, match=r"did not reach layers\.1"):
        plugin.served_by("layers.1", experts)


def test_a_kernel_says_which_shape_it_does_not_serve() -> None:
    with pytest.raises(Unsupported, match="20 rows are not a multiple of 16"):
        torch_int4.prepare(*vars(drawn(20, 64, 5)).values())


def test_ids_below_zero_are_no_expert() -> None:
    w13, w2 = drawn(2 * WIDTH, HIDDEN, 1), drawn(HIDDEN, WIDTH, 2)
    nothing = dequant.fused_moe(
        torch.ones(2, HIDDEN),
        w13.dequantise(),
        w2.dequantise(),
        topk_weights=torch.ones(2, 1),
        topk_ids=torch.full((2, 1), -1),
    )
    assert nothing.eq(0).all()


def test_a_kernel_that_fails_to_import_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REGISTRY[OPERATION], "cpu", {"gone": "modelserver.kernels.no_such"})
    with pytest.raises(Unsupported, match=r"modelserver\.kernels\.no_such does not load"):
        kernels.load(OPERATION, "cpu", "gone")
