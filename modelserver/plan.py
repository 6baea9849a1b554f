"""The memory plan: what each GPU holds under a profile, and how many tokens its cache keeps."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from modelserver.architecture import Architecture
from modelserver.config import PROFILES, Choices, Profile
from modelserver.hardware import GIB, Hardware
from modelserver.inventory import Part, tensors
from modelserver.refusal import Refusal

GB = 10**9  # of a disk; memory is counted in GiB
SERVER_RAM = 2.0  # GiB that SGLang itself takes on a CPU
HYBRID_RAM = 32.0  # GiB beside the experts: SGLang's processes and pinned buffers
CARDS = (24, 48, 80, 96, 141, 180, 288)  # GiB of cards one can buy
MEMORIES = (8, 16, 32, 64)  # GiB of RAM, likewise; a processor is too slow for larger models
ABSORBED = "attention, absorbed"


@dataclass(frozen=True)
class Row:
    """One class of weights, in bytes."""

    name: str
    on_disk: int
    per_gpu: float
    in_ram: float


@dataclass(frozen=True)
class Plan:
    """What a profile does with a model on some hardware. Bytes, unless a name says tokens."""

    architecture: Architecture
    profile: Profile
    hardware: Hardware
    rows: tuple[Row, ...]
    cache_per_token: int
    context: int  # tokens of one request
    cache_tokens: int  # that fit beside the weights

    @property
    def on_disk(self) -> int:
        return sum(row.on_disk for row in self.rows)

    @property
    def per_gpu(self) -> float:
        return sum(row.per_gpu for row in self.rows)

    @property
    def in_ram(self) -> float:
        return sum(row.in_ram for row in self.rows)

    @property
    def fits(self) -> bool:
        return (
            self.hardware.gpus >= self.profile.gpus
            and self.cache_tokens >= self.context
            and self.ram_needed <= self.hardware.ram
        )

    @property
    def ram_needed(self) -> float:
        """GiB."""
        if self.profile.device == "cpu":
            cache = self.cache_per_token * (self.profile.cache_tokens or 0)
            return (self.in_ram + cache) / GIB + SERVER_RAM
        return self.in_ram / GIB + HYBRID_RAM if self.in_ram else 0.0


def assumed(profile: Profile) -> Hardware:
    """The machine a profile is meant for."""
    return Hardware(profile.gpus, profile.gpu_memory, profile.ram, measured=False)


def make_plan(
    architecture: Architecture,
    profile: Profile,
    hardware: Hardware | None = None,
    choices: Choices | None = None,
) -> Plan:
    hardware, choices = hardware or assumed(profile), choices or Choices()
    rows = tuple(_rows(architecture, profile, choices))
    per_token = architecture.text.cached_per_token * architecture.value_bytes
    context = min(choices.context or profile.context, architecture.text.context)
    room = hardware.gpu_memory * GIB * profile.static_fraction - sum(row.per_gpu for row in rows)
    fitting = profile.cache_tokens or max(0, int(room // per_token))
    return Plan(architecture, profile, hardware, rows, per_token, context, fitting)


@dataclass(frozen=True)
class Weight:
    """Bytes of one class that are treated alike."""

    part: Part
    sharded: bool
    twice: bool  # SGLang keeps kv_b_proj whole, and split into w_kc and w_vc for decoding
    size: int


@lru_cache(maxsize=8)
def weigh(architecture: Architecture) -> tuple[Weight, ...]:
    """The whole inventory, summed."""
    sums: Counter[tuple[Part, bool, bool]] = Counter()
    for tensor in tensors(architecture):
        sums[tensor.part, tensor.sharded, ".kv_b_proj." in tensor.name] += tensor.size
    return tuple(Weight(*kind, size) for kind, size in sums.items())


def _rows(architecture: Architecture, profile: Profile, choices: Choices) -> Iterator[Row]:
    """Weights by class: on disk, on each GPU, in RAM."""
    weights = weigh(architecture)
    for part in Part:
        mine = [weight for weight in weights if weight.part is part]
        if not mine:
            continue
        on_disk = sum(weight.size for weight in mine)
        if profile.device == "cpu":
            yield Row(part.value, on_disk, 0.0, on_disk)
            continue
        share = _experts_on_gpu(architecture, profile, choices) if part is Part.ROUTED else 1.0
        per_gpu = sum(_held(weight, profile, choices) for weight in mine)
        yield Row(part.value, on_disk, per_gpu * share, on_disk * (1 - share))
        if part is Part.ATTENTION:
            absorbed = sum(_held(weight, profile, choices) for weight in mine if weight.twice)
            yield Row(ABSORBED, 0, absorbed, 0.0)
    if choices.draft_model is not None and Path(choices.draft_model).is_dir():
        files = Path(choices.draft_model).glob("*.safetensors")
        draft = sum(file.stat().st_size for file in files)
        yield Row("draft model", draft, draft, 0.0)


def _held(weight: Weight, profile: Profile, choices: Choices) -> float:
    """Bytes on each GPU, were all experts there."""
    whole = choices.data_parallel_attention and weight.part in (Part.ATTENTION, Part.EMBEDDING)
    return weight.size / profile.gpus if weight.sharded and not whole else weight.size


def _experts_on_gpu(architecture: Architecture, profile: Profile, choices: Choices) -> float:
    """The share of each layer's experts that the GPUs hold."""
    if profile.experts_on_gpu is None:
        return 1.0
    count = choices.experts_on_gpu or profile.experts_on_gpu
    return min(1.0, count / architecture.text.experts)


def check(plan: Plan, choices: Choices) -> None:
    """Raises Refusal when the plan does not fit, with what would."""
    if plan.profile.experts_on_gpu is not None and not plan.architecture.int4:
        raise Refusal(
            f"Profile {plan.profile.name} computes packed INT4 experts; these are bf16.",
            "Quantise them first (docs/how-to/quantise.md), or use profile gpu.",
        )
    if plan.profile.device == "cpu" and not plan.architecture.text.scaled_positions:
        raise Refusal(
            "SGLang on a processor serves models with scaled positions (rope_scaling) only.",
            "Use profile gpu.",
        )
    if plan.fits:
        return
    raise Refusal(_why(plan), _what_fits(plan, choices))


def _why(plan: Plan) -> str:
    profile, hardware = plan.profile, plan.hardware
    if profile.gpus > hardware.gpus:
        return f"Profile {profile.name} needs {cards(profile.gpus)}; there are {hardware.gpus}."
    if plan.ram_needed > hardware.ram:
        return (
            f"Profile {profile.name} needs {plan.ram_needed:,.0f} GiB of RAM for this model; "
            f"{hardware.ram:,.0f} GiB are free."
        )
    usable = hardware.gpu_memory * profile.static_fraction
    if plan.cache_tokens == 0:
        return (
            f"Profile {profile.name} puts {plan.per_gpu / GIB:,.1f} GiB of weights on each GPU; "
            f"{usable:,.1f} GiB of its {hardware.gpu_memory:,.0f} GiB are usable."
        )
    return (
        f"Profile {profile.name} leaves room for {plan.cache_tokens:,} cached tokens; one request "
        f"of {plan.context:,} tokens does not fit."
    )


def _what_fits(plan: Plan, choices: Choices) -> str:
    """The smallest machines that would serve the model, this profile's first."""
    if 0 < plan.cache_tokens < plan.context and plan.hardware.gpus >= plan.profile.gpus:
        shorter = [f"--context-length {plan.cache_tokens // 1024 * 1024}"]
    else:
        shorter = []
    others = [profile for profile in PROFILES.values() if profile is not plan.profile]
    machines = [
        machine
        for profile in (plan.profile, *others)
        if (machine := smallest_machine(plan.architecture, profile, choices)) is not None
    ]
    return f"It needs {', or '.join([*shorter, *machines])}."


def smallest_machine(architecture: Architecture, profile: Profile, choices: Choices) -> str | None:
    """In words, or None when no machine on the list serves the model with this profile."""
    if profile.experts_on_gpu is not None and not architecture.int4:
        return None  # KTransformers reads the packed experts as they are
    if profile.device == "cpu":
        return _smallest(profile, (_with_ram(architecture, profile, choices, MEMORIES)))
    plans = (
        make_plan(architecture, profile, replace(assumed(profile), gpu_memory=float(size)), choices)
        for size in CARDS
    )
    return _smallest(profile, plans)


def _with_ram(
    architecture: Architecture, profile: Profile, choices: Choices, sizes: Iterable[int]
) -> Iterator[Plan]:
    for size in sizes:
        hardware = replace(assumed(profile), ram=float(size))
        yield make_plan(architecture, profile, hardware, choices)


def _smallest(profile: Profile, plans: Iterable[Plan]) -> str | None:
    plan = next((plan for plan in plans if plan.fits), None)
    if plan is None:
        return None
    hardware = plan.hardware
    memory = f"{hardware.ram:,.0f} GiB of RAM" if plan.ram_needed else ""
    gpus = f"{cards(hardware.gpus)} of {hardware.gpu_memory:.0f} GiB" if hardware.gpus else ""
    return f"profile {profile.name} with {' and '.join(filter(None, (gpus, memory)))}"


def cards(count: int) -> str:
    return f"{count} GPU{'s' if count != 1 else ''}"
