"""What the plugin does where there is a GPU, shown on a processor that it is told is one."""

import inspect
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from modelserver.bench.layouts import SCALE, Layout, draw
from modelserver.bench.peers_gpu.ours import Kernel
from modelserver.kernels import REGISTRY
from modelserver.quant.int4 import Quantised, quantise
from tests.modelserver.sglang import plain_kernel

EXPERTS, HIDDEN, WIDTH, TOKENS, CHOSEN = 4, 128, 128, 3, 2
OPERATION = "fused_moe_w4a16"
VARIABLE = "MOCKWRIGHT_MOE_KERNEL"
PLAIN = {"plain": "tests.modelserver.sglang.plain_kernel"}
NARROW = {"narrow": "tests.modelserver.sglang.narrow_kernel"}
FACTOR = 2.827


class Layer(nn.Module):
    moe_tp_size = 1


@pytest.fixture
def plugin(sglang_on_cpu: None, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    import modelserver.plugin

    monkeypatch.setattr(modelserver.plugin, "said", set())
    monkeypatch.setattr(modelserver.plugin, "is_cpu", lambda: False)
    monkeypatch.delenv(VARIABLE, raising=False)
    return modelserver.plugin


@pytest.fixture
def marlin_layers(plugin: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[nn.Module]:
    """Layers that SGLang's own path was given; its repacking needs a GPU."""
    given: list[nn.Module] = []
    own = "process_weights_after_loading"
    monkeypatch.setattr(plugin.MarlinExperts, own, lambda _scheme, layer: given.append(layer))
    return given


@dataclass(frozen=True, eq=False)
class Loaded:
    layer: nn.Module
    scheme: Any
    w13: Quantised
    w2: Quantised


def loaded(plugin: ModuleType, **config: object) -> Loaded:
    """A layer as SGLang has it after loading, its scheme replaced by ours."""
    from sglang.srt.layers.moe.moe_runner.base import MoeRunnerConfig

    scheme = object.__new__(plugin.CompressedTensorsWNA16MoE)
    scheme.__dict__.update(
        packed_factor=8, strategy="group", group_size=32, actorder=None, sym=True, num_bits=4
    )
    scheme.moe_runner_config = MoeRunnerConfig(**config)
    layer = Layer()
    scheme.create_weights(layer, EXPERTS, HIDDEN, WIDTH, torch.bfloat16)
    w13, w2 = drawn(2 * WIDTH, HIDDEN), drawn(HIDDEN, WIDTH)
    for name, weight in (("w13", w13), ("w2", w2)):
        getattr(layer, f"{name}_weight_packed").data.copy_(weight.packed.transpose(1, 2))
        getattr(layer, f"{name}_weight_scale").data.copy_(weight.scales.transpose(1, 2))
    return Loaded(layer, scheme, w13, w2)


def drawn(rows: int, columns: int) -> Quantised:
    generator = torch.Generator().manual_seed(rows + columns)
    return quantise(torch.randn(EXPERTS, rows, columns, generator=generator) * columns**-0.5)


def dispatched(ids: list[list[int]]) -> Any:
    x = torch.randn(len(ids), HIDDEN, generator=torch.Generator().manual_seed(5))
    weights = torch.full((len(ids), CHOSEN), 0.5)
    output = (weights, torch.tensor(ids, dtype=torch.int32), None)
    return SimpleNamespace(hidden_states=x.to(torch.bfloat16), topk_output=output)


def expected(given: Loaded, batch: Any, factor: float) -> Tensor:
    w13, w2 = (each.dequantise(torch.float64) for each in (given.w13, given.w2))
    weights, ids, _ = batch.topk_output
    total = torch.zeros(batch.hidden_states.shape, dtype=torch.float64)
    for row, x in enumerate(batch.hidden_states.double()):
        for slot, expert in enumerate(ids[row].tolist()):
            if expert >= 0:
                gate, up = (w13[expert] @ x).chunk(2)
                y = w2[expert] @ (torch.nn.functional.silu(gate) * up)
                total[row] += factor * float(weights[row, slot]) * y
    return total


@pytest.mark.parametrize("factor", [None, 1.0, FACTOR])
def test_the_models_scaling_factor_is_applied_once(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch, factor: float | None
) -> None:
    monkeypatch.setitem(REGISTRY[OPERATION], "cuda", PLAIN)
    given = loaded(plugin, routed_scaling_factor=factor)
    given.scheme.process_weights_after_loading(given.layer)
    batch = dispatched([[0, 3], [2, 1], [1, 0]])
    result = given.scheme.apply_weights(given.layer, batch).hidden_states
    truth = expected(given, batch, factor or 1.0)
    torch.testing.assert_close(result.double(), truth, rtol=2e-2, atol=2e-2)
    assert batch.topk_output[0].eq(0.5).all(), "SGLang's own weights were changed"


def test_ids_of_other_cards_experts_add_nothing(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(REGISTRY[OPERATION], "cuda", PLAIN)
    given = loaded(plugin)
    given.scheme.process_weights_after_loading(given.layer)
    batch = dispatched([[-1, 3], [-1, -1], [1, -1]])
    result = given.scheme.apply_weights(given.layer, batch).hidden_states
    assert result[1].eq(0).all()
    torch.testing.assert_close(result.double(), expected(given, batch, 1.0), rtol=2e-2, atol=2e-2)


@pytest.mark.parametrize(("whole", "share"), [(8 * EXPERTS, 1 / 8), (EXPERTS, 1.0), (None, 1.0)])
def test_a_kernel_is_told_which_share_of_the_experts_this_card_has(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch, whole: int | None, share: float
) -> None:
    monkeypatch.setitem(REGISTRY[OPERATION], "cuda", PLAIN)
    given = loaded(plugin, num_experts=whole)
    given.scheme.process_weights_after_loading(given.layer)
    given.scheme.apply_weights(given.layer, dispatched([[0, 3]]))
    assert plain_kernel.SHARES[-1] == share


@pytest.fixture
def hybrid(plugin: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    """A layer of a hundred experts of which KTransformers leaves the first ones to the GPU.

    Of SGLang's wrapper only what needs kt-kernel is left out: rank 1 computes nothing in RAM.
    """
    from sglang.srt.layers.moe.kt_ep_wrapper import KTEPWrapperMethod

    monkeypatch.setitem(REGISTRY[OPERATION], "cuda", PLAIN)
    given = loaded(plugin, routed_scaling_factor=FACTOR, num_experts=100)
    given.scheme.process_weights_after_loading(given.layer)
    wrapper = object.__new__(KTEPWrapperMethod)
    gpu_method = SimpleNamespace(apply=given.scheme.apply_weights)
    wrapper.__dict__.update(gpu_method=gpu_method, num_gpu_experts=EXPERTS, tp_rank=1, wrapper=None)
    given.layer.__dict__["quant_method"] = wrapper
    return given


def of_both(hybrid: Loaded, ids: list[list[int]]) -> Tensor:
    """Through SGLang's wrapper, as SGLang calls it."""
    from sglang.srt.layers.moe.token_dispatcher import StandardDispatchOutput
    from sglang.srt.layers.moe.topk import StandardTopKOutput

    batch = dispatched(ids)
    output = StandardTopKOutput(*batch.topk_output)
    given = StandardDispatchOutput(batch.hidden_states, None, output)
    wrapper: Any = hybrid.layer.quant_method
    with torch.compiler.set_stance("force_eager"):
        result: Tensor = wrapper.apply(hybrid.layer, given).hidden_states
    return result


def test_with_experts_in_ram_the_kernel_is_told_the_gpus_own_number(hybrid: Loaded) -> None:
    of_both(hybrid, [[0, 70]])
    assert plain_kernel.SHARES[-1] == EXPERTS / 100


def test_with_experts_in_ram_the_scaling_factor_is_left_to_the_model(hybrid: Loaded) -> None:
    """SGLang's DeepSeek model multiplies the sum of both parts where it meets this wrapper."""
    from sglang.srt.models import deepseek_v2

    result = of_both(hybrid, [[0, 70], [2, 1]])
    truth = expected(hybrid, dispatched([[0, -1], [2, 1]]), 1.0)
    torch.testing.assert_close(result.double(), truth, rtol=2e-2, atol=2e-2)
    for forward in ("forward_normal", "forward_normal_dual_stream"):
        text = inspect.getsource(getattr(deepseek_v2.DeepseekV2MoE, forward))
        _, guard, after = text.partition("self.experts.quant_method, KTEPWrapperMethod)")
        assert guard and after.split()[1:3] == ["final_hidden_states", "*="], forward


class Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Names of torch's operations: on a GPU each that computes is a launch."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.names: list[str] = []

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        self.names.append(str(function))
        return function(*args, **(kwargs or {}))


def test_the_benchmarks_block_does_what_the_plugin_does_and_nothing_else(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(REGISTRY[OPERATION], "cuda", PLAIN)
    given = loaded(plugin, routed_scaling_factor=SCALE, num_experts=EXPERTS)
    given.scheme.process_weights_after_loading(given.layer)
    layout = Layout("one", EXPERTS, WIDTH, (TOKENS,), EXPERTS, HIDDEN, CHOSEN)
    drawn = draw(layout, TOKENS, "uniform", 1)
    batch = SimpleNamespace(
        hidden_states=drawn.x, topk_output=(drawn.router_weights, drawn.ids, None)
    )
    block = Kernel(plain_kernel, None).load(layout, given.w13, given.w2).block(drawn)
    mode: Any = Operations
    with mode() as served:
        y = given.scheme.apply_weights(given.layer, batch).hidden_states
    with mode() as timed:
        result = block()
    assert torch.equal(result, y)
    assert timed.names == served.names and "aten.mul.Tensor" in served.names


def test_sglang_hands_over_minus_one_for_other_cards_experts(plugin: ModuleType) -> None:
    from sglang.srt.layers.moe.token_dispatcher.standard import _map_topk_ids_to_local_experts

    mapping = torch.tensor([-1, -1, 0, 1], dtype=torch.int32)
    local = _map_topk_ids_to_local_experts(torch.tensor([[0, 3], [2, -1]]), mapping)
    assert local.tolist() == [[-1, 1], [0, -1]]


def test_a_shape_that_no_kernel_serves_stays_on_sglangs_own_path_and_says_so_once(
    plugin: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    marlin_layers: list[nn.Module],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setitem(REGISTRY[OPERATION], "cuda", NARROW)
    layers = []
    for _ in range(2):
        given = loaded(plugin)
        before = {name: each.clone() for name, each in given.layer.named_parameters()}
        given.scheme.process_weights_after_loading(given.layer)
        layers.append(given.layer)
        assert given.scheme.kernel_name == "SGLang's Marlin"
        assert plugin.served_by("layers.1", experts_of(plugin, given)).endswith("SGLang's Marlin")
        for name in ("w13_weight_packed", "w2_weight_packed", "w13_weight_scale"):
            assert given.layer.get_parameter(name).equal(before[name]), name
    assert marlin_layers == layers
    said = [each.message for each in caplog.records if "narrow" in each.message]
    assert len(said) == 1 and "not that wide" in said[0]


def experts_of(plugin: ModuleType, given: Loaded) -> Any:
    experts = object.__new__(plugin.FusedMoE)
    experts.__dict__["scheme"] = given.scheme
    return experts


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"activation": "gelu"}, "activation gelu"),
        ({"swiglu_limit": 7.0}, "a limit on the activation"),
        ({"gemm1_alpha": 1.7}, "an activation with parameters"),
        ({"is_gated": False}, "experts without a gate"),
        ({"apply_router_weight_on_input": True}, "weights on the input"),
        ({"no_combine": True}, "results that are not combined"),
        ({"params_dtype": torch.float16}, "activations in torch.float16"),
    ],
)
def test_a_layer_that_asks_for_something_else_stays_on_sglangs_own_path(
    plugin: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    marlin_layers: list[nn.Module],
    caplog: pytest.LogCaptureFixture,
    config: dict[str, object],
    reason: str,
) -> None:
    monkeypatch.setitem(REGISTRY[OPERATION], "cuda", PLAIN)
    given = loaded(plugin, **config)
    given.scheme.process_weights_after_loading(given.layer)
    assert marlin_layers == [given.layer]
    assert f"do not serve {reason}" in caplog.text


def test_the_registered_kernel_refuses_a_slice_that_cannot_be_packed_and_leaves_it_alone(
    plugin: ModuleType, marlin_layers: list[nn.Module], caplog: pytest.LogCaptureFixture
) -> None:
    given = loaded(plugin)
    given.scheme.create_weights(given.layer, EXPERTS, HIDDEN, 64, torch.bfloat16)
    given.scheme.process_weights_after_loading(given.layer)
    assert marlin_layers == [given.layer]
    assert "[128, 64] is not in multiples of 128" in caplog.text


class WithoutWaiting(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Fails where the processor would have to wait for what the device has computed."""

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        waits = ("_local_scalar_dense", "nonzero", "_unique2", "bincount", "masked_select")
        assert not function.__name__.startswith(waits), f"{function} waits for the device"
        return function(*args, **(kwargs or {}))


def test_serving_a_batch_does_not_wait_for_the_device(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(REGISTRY[OPERATION], "cuda", PLAIN)
    given = loaded(plugin, routed_scaling_factor=FACTOR)
    given.scheme.process_weights_after_loading(given.layer)
    batch = dispatched([[0, 3], [2, -1]])
    mode: Any = WithoutWaiting
    with mode():
        given.scheme.apply_weights(given.layer, batch)


def test_waiting_would_be_noticed() -> None:
    mode: Any = WithoutWaiting
    with pytest.raises(AssertionError, match="waits for the device"), mode():
        torch.ones(1).item()
