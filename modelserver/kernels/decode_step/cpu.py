"""The decode step on the processor: the kernel of cpu.cpp, and fused_moe_w4a16 within it."""

import ctypes
import functools
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from modelserver.kernels import Unsupported, build
from modelserver.kernels.decode_step import Batch, Layer, Model
from modelserver.kernels.fused_moe_w4a16 import cpu as experts

SOURCE = Path(__file__).with_name("cpu.cpp")
FLAGS = (build.NATIVE, "-ffp-contract=fast")  # products may be added in one step
DTYPES = (torch.bfloat16, torch.float32)
NO_MEMORY = 1  # of enum Status


class LayerStruct(ctypes.Structure):
    """struct Layer of cpu.cpp."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("input_norm", "q_norm", "kv_norm", "mlp_norm")),
        *((name, ctypes.c_void_p) for name in ("qkv_a", "q_b", "k_b", "v_b", "o")),
        *((name, ctypes.c_void_p) for name in ("gate_up", "down")),
        ("inner", ctypes.c_int64),
        *((name, ctypes.c_void_p) for name in ("router", "bias")),
        *((name, ctypes.c_void_p) for name in ("codes13", "scales13", "codes2", "scales2")),
        ("cache", ctypes.c_void_p),
    )


class ModelStruct(ctypes.Structure):
    """struct Model of cpu.cpp."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("layers", "norm", "cos_sin", "experts_forward")),
        *((name, ctypes.c_int64) for name in ("count", "hidden", "heads", "q_lora", "kv_lora")),
        *((name, ctypes.c_int64) for name in ("nope", "rope", "v", "experts", "chosen")),
        *((name, ctypes.c_int64) for name in ("expert_inner", "cache_stride")),
        *((name, ctypes.c_float) for name in ("epsilon", "scale", "routed_scale")),
        *((name, ctypes.c_int32) for name in ("is_bf16", "experts_path")),
    )


class StepStruct(ctypes.Structure):
    """struct Step of cpu.cpp."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("x", "positions", "places", "slots", "rows")),
        *((name, ctypes.c_void_p) for name in ("lengths", "out")),
        *((name, ctypes.c_int64) for name in ("tokens", "slots_stride")),
    )


class DecodeStep:
    """A model's weights in the kernel's order, of one dtype, beside those that prefill needs.

    Raises Unsupported for a model that it does not serve and where the kernels cannot be built.
    """

    def __init__(self, model: Model) -> None:
        self._library = _library()
        self._dtype = model.layers[0].cache.dtype
        self._kept: list[Tensor] = []
        _check(model, self._library.step_multiple())
        layers = [self._layer(layer) for layer in model.layers]
        self._layers = (LayerStruct * len(layers))(*layers)
        self._model = self._struct(model)

    def __call__(self, batch: Batch) -> Tensor:
        """Hidden states [B, hidden] after the last norm; the new tokens are in the caches then."""
        x = batch.x.to(self._dtype).contiguous()
        index = (batch.positions, batch.places, batch.requests, batch.lengths)
        positions, places, requests, lengths = (each.to(torch.int64).contiguous() for each in index)
        out = torch.empty_like(x)
        step = StepStruct(
            *(each.data_ptr() for each in (x, positions, places, batch.slots, requests, lengths)),
            *(out.data_ptr(), len(x), batch.slots.stride(0)),
        )
        if status := self._library.step_run(self._model, step):
            why = "there is no memory" if status == NO_MEMORY else "the experts' kernel failed"
            raise RuntimeError(f"a decode step of {len(x)} requests failed: {why}")
        return out

    def _struct(self, model: Model) -> ModelStruct:
        attention = model.layers[0].attention
        heads, kv_lora, _ = attention.k_b.shape
        routed = next((layer.routed for layer in model.layers if layer.routed), None)
        count, _, inner = routed.w2.shape if routed else (0, 0, 0)
        return ModelStruct(
            ctypes.addressof(self._layers),
            *(self._floats(each) for each in (model.norm, model.cos_sin)),
            *(experts.entry(), len(model.layers), len(model.norm), heads),
            *(attention.q_b.shape[1], kv_lora, model.nope, model.rope, attention.v_b.shape[1]),
            *(count, model.chosen, inner, model.layers[0].cache.stride(0)),
            *(model.epsilon, model.scale, model.routed_scale),
            *(self._dtype == torch.bfloat16, experts.chosen_path(None)),
        )

    def _layer(self, layer: Layer) -> LayerStruct:
        a, mlp, routed = layer.attention, layer.mlp, layer.routed
        norms = (layer.input_norm, a.q_norm, a.kv_norm, layer.mlp_norm)
        weights = (a.qkv_a, a.q_b, a.k_b.flatten(0, 1), a.v_b.flatten(0, 1), a.o)
        choice: tuple[int | None, ...] = (None,) * 6
        if routed:
            stored = (routed.w13.codes, routed.w13.scales, routed.w2.codes, routed.w2.scales)
            choice = (
                self._rows(routed.router),
                self._floats(routed.bias),
                *map(self._keep, stored),
            )
        return LayerStruct(
            *map(self._floats, norms),
            *map(self._rows, (*weights, mlp.gate_up, mlp.down)),
            *(mlp.down.shape[1], *choice, self._keep(layer.cache)),
        )

    def _floats(self, tensor: Tensor) -> int:
        return self._keep(tensor.detach().float().contiguous())

    def _rows(self, weight: Tensor) -> int:
        """A weight [N, K] as [N/16, K, 16], with rows of zeros where N is no multiple of 16."""
        lanes = self._library.step_multiple()
        padded = functional.pad(weight.detach(), (0, 0, 0, -len(weight) % lanes))
        ordered = padded.view(-1, lanes, weight.shape[1]).transpose(1, 2)
        return self._keep(ordered.to(self._dtype).contiguous())

    def _keep(self, tensor: Tensor) -> int:
        """Its address, good as long as this lives."""
        self._kept.append(tensor)
        return tensor.data_ptr()


@functools.cache
def _library() -> ctypes.CDLL:
    library = build.load(SOURCE, *FLAGS)
    library.step_run.argtypes = (ctypes.POINTER(ModelStruct), ctypes.POINTER(StepStruct))
    return library


def _check(model: Model, lanes: int) -> None:
    """Raises Unsupported, naming what the kernel does not serve."""
    for layer in model.layers:
        a = layer.attention
        if layer.cache.dtype not in DTYPES or layer.cache.stride(-1) != 1:
            raise Unsupported(f"a cache of {layer.cache.dtype} is neither bf16 nor fp32 in rows")
        widths = (len(layer.input_norm), *a.q_b.shape, *a.k_b.shape[1:], a.v_b.shape[1])
        widths += (model.rope, layer.mlp.down.shape[1])
        if odd := [width for width in widths if width % lanes]:
            raise Unsupported(f"widths {odd} are no multiples of {lanes}")
        if layer.routed and not isinstance(layer.routed.w2, experts.Experts):
            raise Unsupported("the routed experts are not served by the packed INT4 kernel")
