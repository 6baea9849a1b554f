"""The ways to serve a model: one frozen profile each, and what SGLang is told for it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).resolve().parent.parent
MINI = ROOT / "modelserver" / "mini" / "checkpoint"
MINI_NAME = "kimi-mini"

# Kimi writes tool calls and thoughts as special tokens; these parsers turn them into API fields.
KIMI = (
    *("--trust-remote-code",),
    *("--tool-call-parser", "kimi_k2"),
    *("--reasoning-parser", "kimi_k2"),
)


@dataclass(frozen=True)
class Profile:
    """A kind of machine. Its sizes are assumptions of the memory plan where none are measured."""

    name: str
    purpose: str
    device: str  # cpu | cuda
    context: int  # tokens one request may hold, unless the model holds fewer
    arguments: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()
    gpus: int = 0  # also the tensor parallel size, --tp-size
    gpu_memory: float = 0.0  # GiB of each
    ram: float = 0.0  # GiB
    static_fraction: float = 0.0  # of GPU memory, for weights and cache
    cache_tokens: int | None = None  # a fixed cache instead of what is left
    experts_on_gpu: int | None = None  # of each layer, the rest in RAM; None: all
    needs: tuple[str, ...] = ("sglang",)  # packages to be installed


@dataclass(frozen=True)
class Choices:
    """What a person may add to a profile."""

    context: int | None = None  # tokens
    draft_model: str | None = None  # EAGLE3 weights, path or hub id
    data_parallel_attention: bool = False
    experts_on_gpu: int | None = None
    extra: tuple[str, ...] = ()  # SGLang's own arguments, last, so that they win


@dataclass(frozen=True)
class Endpoint:
    """Where the server listens, what it serves and under which name."""

    model: str  # folder or hub id
    name: str
    host: str
    port: int

    @property
    def url(self) -> str:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{host}:{self.port}"


CPU = Profile(
    name="cpu",
    purpose="Kimi mini on two processor cores",
    device="cpu",
    context=4096,
    ram=4.0,
    cache_tokens=8192,
    needs=("sglang", "mockwright_cpu"),
    arguments=(
        *("--device", "cpu"),
        *("--attention-backend", "torch_native"),
        *("--mem-fraction-static", "0.1"),  # of RAM; the cache's size is set below
        *("--max-total-tokens", "8192"),
        *("--max-running-requests", "8"),
        "--sleep-on-idle",
        "--cuda-graph-backend-decode=disabled",
        "--cuda-graph-backend-prefill=disabled",
        *KIMI,
    ),
    environment=(
        ("SGLANG_USE_CPU_ENGINE", "1"),
        ("TORCH_COMPILE_DISABLE", "1"),
        ("OMP_NUM_THREADS", "1"),  # more threads were slower on busy cores
        ("TOKENIZERS_PARALLELISM", "false"),
    ),
)
GPU = Profile(
    name="gpu",
    purpose="Kimi mini, Moonlight or Kimi-VL on one GPU",
    device="cuda",
    context=32768,
    gpus=1,
    gpu_memory=80.0,
    static_fraction=0.85,
    arguments=("--mem-fraction-static", "0.85", *KIMI),
)
TP8 = Profile(
    name="tp8",
    purpose="Kimi K2.5, K2.6 or K2.7-Code on eight GPUs",
    device="cuda",
    context=262144,
    gpus=8,
    gpu_memory=141.0,
    static_fraction=0.85,
    arguments=("--mem-fraction-static", "0.85", *KIMI),
)
HYBRID = Profile(
    name="hybrid",
    purpose="the same on two GPUs, most experts in RAM (KTransformers)",
    device="cuda",
    context=131072,
    gpus=2,
    gpu_memory=48.0,
    ram=600.0,
    static_fraction=0.85,
    experts_on_gpu=16,
    needs=("sglang", "kt_kernel"),
    arguments=(
        *("--mem-fraction-static", "0.85"),
        *("--kt-method", "RAWINT4"),  # the released INT4 weights, as they are
        "--disable-shared-experts-fusion",
        *KIMI,
    ),
)

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {each.name: each for each in (CPU, GPU, TP8, HYBRID)}
)


def sglang_arguments(
    profile: Profile, endpoint: Endpoint, context: int | None, choices: Choices
) -> tuple[str, ...]:
    """The whole command line of `sglang.launch_server`. `context` in tokens; None: the model's."""
    return (
        *("--model-path", endpoint.model),
        *("--served-model-name", endpoint.name),
        *("--host", endpoint.host, "--port", str(endpoint.port)),
        *(("--context-length", str(context)) if context else ()),
        *(("--tp-size", str(profile.gpus)) if profile.gpus else ()),
        *profile.arguments,
        *_hybrid(profile, endpoint.model, choices),
        *_speculation(choices),
        *(("--attn-dp-size", str(profile.gpus)) if choices.data_parallel_attention else ()),
        *choices.extra,
    )


def sglang_environment(profile: Profile, endpoint: Endpoint) -> dict[str, str]:
    """What a profile adds to the environment. Our plugin must be importable from anywhere."""
    paths = (str(ROOT), os.environ.get("PYTHONPATH"))
    local = {"HF_HUB_OFFLINE": "1"} if Path(endpoint.model).is_dir() else {}
    return {
        **dict(profile.environment),
        **local,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }


def _hybrid(profile: Profile, model: str, choices: Choices) -> tuple[str, ...]:
    if profile.experts_on_gpu is None:
        return ()
    on_gpu = choices.experts_on_gpu or profile.experts_on_gpu
    return (
        *("--kt-weight-path", model),
        *("--kt-num-gpu-experts", str(on_gpu)),
        *("--kt-cpuinfer", str(max(1, (os.cpu_count() or 2) // 2))),  # physical cores
        *("--kt-threadpool-count", str(numa_nodes())),
    )


def _speculation(choices: Choices) -> tuple[str, ...]:
    if choices.draft_model is None:
        return ()
    return (
        *("--speculative-algorithm", "EAGLE3"),
        *("--speculative-draft-model-path", choices.draft_model),
        *("--speculative-num-steps", "3"),
        *("--speculative-eagle-topk", "1"),
        *("--speculative-num-draft-tokens", "4"),
    )


def numa_nodes() -> int:
    return max(1, len(list(Path("/sys/devices/system/node").glob("node[0-9]*"))))
