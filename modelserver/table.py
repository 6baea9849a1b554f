"""The memory plan as a person reads it."""

from collections.abc import Iterator

from modelserver.hardware import GIB
from modelserver.inventory import Part
from modelserver.plan import GB, Plan, cards

HEADINGS = ("weights", "on disk", "per GPU", "in RAM")
UNITS = ("", "GB", "GiB", "GiB")
LINE = "  {:<20} {:>9} {:>9} {:>9}"


def summary(plan: Plan) -> str:
    """The model in one line."""
    architecture, text = plan.architecture, plan.architecture.text
    experts = "INT4" if architecture.int4 else architecture.dtype
    return (
        f"{architecture.name}, {text.layers} layers, {text.experts} {experts} experts a layer "
        f"({text.experts_per_token} a token), {size(plan.on_disk)}"
    )


def size(value: float) -> str:
    """Bytes of a disk."""
    return f"{value / GB:,.1f} GB" if value >= GB else f"{value / 10**6:,.1f} MB"


def table(plan: Plan) -> str:
    return "\n".join([summary(plan), f"profile {plan.profile.name}: {machine(plan)}", *_body(plan)])


def machine(plan: Plan) -> str:
    profile, hardware = plan.profile, plan.hardware
    origin = "measured here" if hardware.measured else "assumed, not measured"
    parts = []
    if profile.gpus:
        parts.append(f"{cards(hardware.gpus)} of {hardware.gpu_memory:,.0f} GiB")
    if profile.ram:
        parts.append(f"{hardware.ram:,.0f} GiB of free RAM")
    return f"{', '.join(parts)} ({origin})"


def _body(plan: Plan) -> Iterator[str]:
    yield ""
    yield LINE.format(*HEADINGS)
    yield LINE.format(*UNITS)
    for row in plan.rows:
        name = (
            f"{row.name} INT4" if row.name == Part.ROUTED and plan.architecture.int4 else row.name
        )
        yield LINE.format(name, _gb(row.on_disk), _gib(row.per_gpu), _gib(row.in_ram))
    yield LINE.format("all", _gb(plan.on_disk), _gib(plan.per_gpu), _gib(plan.in_ram))
    yield ""
    yield f"  cache: {plan.cache_per_token:,} B a token; {_cache(plan)}"
    yield f"  context: {plan.context:,} tokens of one request"
    if plan.ram_needed:
        yield f"  RAM: {plan.ram_needed:,.1f} GiB needed"
    yield f"  {'it fits' if plan.fits else 'it does not fit'}"


def _cache(plan: Plan) -> str:
    if plan.profile.cache_tokens:
        return f"{plan.cache_tokens:,} tokens, fixed by the profile"
    return (
        f"{plan.cache_tokens:,} tokens fit beside the weights "
        f"in {plan.profile.static_fraction:.0%} of a GPU's memory"
    )


def _gb(value: float) -> str:
    return f"{value / GB:,.2f}" if value else "–"


def _gib(value: float) -> str:
    return f"{value / GIB:,.2f}" if value else "–"
