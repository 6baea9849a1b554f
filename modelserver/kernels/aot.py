"""`python -m modelserver.kernels.aot`: compile every GPU kernel for sm_90a and hold it to its gate.

No GPU is needed. A module `triton*.py` or `cuda*.py` in a kernel's folder offers `aot_variants()`:
see `modelserver.kernels.variants`. The gate of each refuses spilled registers and a stack, too much
shared memory or too many registers, missing matrix instructions, barriers and fences in another
number than expected, and a main loop that issues more instructions per 256 weights than allowed.
Ends with 1 when one fails, with 2 when the compilers are not installed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import import_module
from pathlib import Path

from modelserver.kernels import Unsupported, sass, synchronisation, toolchain
from modelserver.kernels.variants import Gate, TritonVariant, Variant

KERNELS = Path(__file__).parent
PATTERNS = ("triton*.py", "cuda*.py")
INTERPRETER = "TRITON_INTERPRET"
FAILED, NO_COMPILER = 1, 2
MAIN_LOOP_SHARE = 0.5  # of the fullest loop's matrix instructions: less is a remainder


@dataclass(frozen=True)
class Report:
    """What one variant compiled to, and the reasons that its gate refuses it for, if any.

    shared: static and dynamic shared memory in bytes; mma: matrix instructions in all;
    instructions_per_256: of the worst main loop, None without one.
    """

    name: str
    registers: int = 0
    spills: int = 0
    stack: int = 0
    shared: int = 0
    mma: int = 0
    instructions_per_256: float | None = None
    refused: tuple[str, ...] = field(default=())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="variants with this in their name")
    parser.add_argument("--out", type=Path, help="folder to leave the cubins in")
    parser.add_argument("--module", action="append", help="look in these modules only")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each variant")
    choice = parser.parse_args()
    if os.environ.get(INTERPRETER):
        sys.exit(f"{INTERPRETER} is set: Triton would interpret, not compile. Unset it.")
    try:
        toolchain.cuobjdump()
        variants = [each for each in gathered(choice.module) if choice.only in each.name]
    except (Unsupported, ImportError) as error:
        print(f"Cannot compile kernels here: {error}", file=sys.stderr)
        return NO_COMPILER
    failed = 0
    if not choice.json:
        print(HEADINGS)
    with tempfile.TemporaryDirectory() as scratch:
        folder = choice.out or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for variant in variants:
            report = examine(variant, folder)
            failed += bool(report.refused)
            print(json.dumps(asdict(report)) if choice.json else row(report), flush=True)
    if not choice.json:
        print(f"{len(variants)} variants compiled for {toolchain.ARCHITECTURE}, {failed} refused")
    return FAILED if failed or not variants else 0


def kernel_modules() -> list[str]:
    """Modules of GPU kernels, by their names."""
    files = (path for pattern in PATTERNS for path in KERNELS.glob(f"*/{pattern}"))
    return sorted(f"{__package__}.{path.parent.name}.{path.stem}" for path in files)


def gathered(modules: Sequence[str] | None = None) -> list[Variant]:
    """Each module's variants, once where modules share them. Raises ValueError for a name twice."""
    offers = [
        getattr(import_module(name), "aot_variants", None) for name in modules or kernel_modules()
    ]
    found = [variant for offer in dict.fromkeys(offers) if offer for variant in offer()]
    names = Counter(variant.name for variant in found)
    if twice := [name for name, count in names.items() if count > 1]:
        raise ValueError(f"variants of one name: {', '.join(twice)}")
    return found


def examine(variant: Variant, folder: Path) -> Report:
    """Compile into `folder` and look at what came out."""
    cubin = folder / f"{variant.name}.cubin"
    part = ""
    try:
        if isinstance(variant, TritonVariant):
            shared = toolchain.compile_triton(variant, cubin)
        else:
            toolchain.compile_cuda(variant, cubin)
            shared, part = variant.shared, variant.function
    except Unsupported as reason:
        return Report(variant.name, refused=(str(reason),))
    machines = [each for each in sass.read(cubin, toolchain.cuobjdump()) if part in each.function]
    if len(machines) != 1:
        return Report(variant.name, refused=(f"{len(machines)} functions with {part!r}, not one",))
    return judge(variant, machines[0], shared)


def judge(variant: Variant, machine: sass.Machine, dynamic_shared: int) -> Report:
    gate = variant.gate
    loops = machine.loops(gate.mma) if gate.mma else ()
    main_loops = [loop for loop in loops if loop.mma >= MAIN_LOOP_SHARE * loops[0].mma]
    issued = [loop.instructions / loop.mma * gate.mma_per_256 for loop in main_loops]
    report = Report(
        variant.name,
        machine.registers,
        machine.spills,
        machine.stack,
        machine.shared + dynamic_shared,
        machine.counts[gate.mma] if gate.mma else 0,
        max(issued, default=None),
    )
    if isinstance(variant, TritonVariant) and toolchain.triton_version() != synchronisation.TRITON:
        gate = replace(gate, synchronisation={})
    refused = (*refusals(report, gate), *wrong_opcodes(machine, gate))
    return replace(report, refused=refused)


def wrong_opcodes(machine: sass.Machine, gate: Gate) -> Iterable[str]:
    yield from (f"no {name}" for name in gate.opcodes if not machine.counts[name])
    for name, expected in gate.synchronisation.items():
        if (found := machine.count(name)) != expected:
            yield f"{found} {name} ({synchronisation.COLUMNS[name]}), {expected} expected"


def refusals(report: Report, gate: Gate) -> Iterable[str]:
    if report.spills or report.stack:
        yield f"{report.spills} spills, {report.stack} bytes of stack"
    if report.registers > gate.registers:
        yield f"{report.registers} registers, {gate.registers} allowed"
    if report.shared > gate.shared:
        yield f"{report.shared} bytes of shared memory, {gate.shared} allowed"
    if gate.mma and not report.mma:
        yield f"no {gate.mma}"
    limit, issued = gate.instructions_per_256, report.instructions_per_256
    if limit is not None and issued is None:
        yield f"no loop with {gate.mma}"
    if limit is not None and issued is not None and issued > limit:
        yield f"{issued:.1f} instructions per 256 weights, {limit:g} allowed"


HEADINGS = f"{'variant':44} {'regs':>4} {'spills':>6} {'shared':>7} {'mma':>5} {'per 256':>7}"


def row(report: Report) -> str:
    issued = report.instructions_per_256
    figures = f"{report.registers:4} {report.spills:6} {report.shared:7} {report.mma:5}"
    told = f"{report.name:44} {figures} {'–' if issued is None else f'{issued:.1f}':>7}"
    return "\n".join([f"{told}  {'REFUSED' if report.refused else 'ok'}", *report.refused])


def reports(*modules: str, only: str = "") -> list[Report]:
    """The same from a process of its own, where this one interprets Triton."""
    command = [sys.executable, "-m", __spec__.name if __spec__ else __name__, "--json"]
    command += [f"--module={name}" for name in modules] + [f"--only={only}"]
    environment = {key: value for key, value in os.environ.items() if key != INTERPRETER}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode not in (0, FAILED):
        raise Unsupported(done.stderr.strip())
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [Report(**{**line, "refused": tuple(line["refused"])}) for line in lines]


if __name__ == "__main__":
    sys.exit(main())
