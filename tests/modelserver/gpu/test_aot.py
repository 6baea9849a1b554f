"""The ahead-of-time gate refuses what it is there to refuse, and counts what is repeated."""

import fnmatch
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from modelserver.kernels import aot, synchronisation, toolchain
from modelserver.kernels.aot import Report
from modelserver.kernels.fused_moe_w4a16 import triton_variants
from modelserver.kernels.sass import Loop, Machine, blocks_of, innermost_loops, parse
from modelserver.kernels.variants import CudaVariant, Gate, TritonVariant

MODULE = "tests.modelserver.gpu.gated"


@pytest.fixture(scope="module")
def compiled() -> dict[str, Report]:
    return {report.name: report for report in aot.reports(MODULE)}


@pytest.mark.parametrize("name", ["triton-good", "cuda-good"])
def test_a_kernel_within_its_limits_passes(compiled: dict[str, Report], name: str) -> None:
    report = compiled[name]
    assert not report.refused
    assert report.mma > 0 and report.registers > 0 and report.instructions_per_256


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("triton-without-mma", "no HMMA"),
        ("triton-spilling", "spills"),
        ("triton-too-long", "instructions per 256 weights, 1 allowed"),
        ("triton-wrong-arguments", "signature: ['a', 'b', 'out', 'steps', 'turns']"),
        ("cuda-spilling", "spills"),
        ("cuda-too-many-registers", "registers, 16 allowed"),
        ("cuda-too-much-shared", "1024 bytes of shared memory, 1000 allowed"),
        ("cuda-without-bulk-copy", "no UBLKCP"),
        ("cuda-without-barrier", "0 BAR.SYNC (__syncthreads, bar.sync and tl.debug_barrier), 2"),
        ("cuda-broken", 'identifier "no_such" is undefined'),
        ("cuda-missing-function", "0 functions with 'decode', not one"),
    ],
)
def test_the_gate_refuses_with_the_reason(
    compiled: dict[str, Report], name: str, reason: str
) -> None:
    assert len(compiled[name].refused) == 1
    assert reason in compiled[name].refused[0]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != aot.INTERPRETER}
    command = [sys.executable, "-m", "modelserver.kernels.aot", f"--module={MODULE}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_the_command_ends_with_1_when_a_gate_fails_and_with_0_when_none_does() -> None:
    assert run("--only=cuda-too-much").returncode == aot.FAILED
    assert run("--only=cuda-good").returncode == 0


def test_a_name_that_fits_no_variant_is_not_a_success() -> None:
    done = run("--only=no-such")
    assert done.returncode == aot.FAILED and "0 variants compiled" in done.stdout


def test_the_command_leaves_the_machine_code_where_it_is_told(tmp_path: Path) -> None:
    run("--only=cuda-good", f"--out={tmp_path}")
    assert [path.name for path in tmp_path.iterdir()] == ["cuda-good.cubin"]


LISTING = """
        /*0000*/                   MOV R1, c[0x0][0x28] ;   /* 0x0000 */
        /*0010*/                   LDS R2, [R3+0x10] ;      /* 0x0000 */
        /*0020*/              @!P0 BRA 0x80 ;               /* 0x0000 */
        /*0030*/                   HMMA.16816.F32.BF16 R4, R8, R12, R4 ; /* 0x0000 */
        /*0040*/               @P2 BRA 0xc0 ;               /* 0x0000 */
        /*0050*/               @P1 BRA 0x10 ;               /* 0x0000 */
        /*0060*/                   STG.E desc[UR4][R6.64], R4 ; /* 0x0000 */
        /*0070*/                   EXIT ;                   /* 0x0000 */
        /*0080*/                   SYNCS.PHASECHK.TRANS64.TRYWAIT P0, [R3] ; /* 0x0000 */
        /*0090*/              @!P0 BRA 0x80 ;               /* 0x0000 */
        /*00a0*/                   BRA 0x30 ;               /* 0x0000 */
        /*00b0*/                   NOP ;                    /* 0x0000 */
        /*00c0*/                   STG.E desc[UR4][R6.64], R4 ; /* 0x0000 */
        /*00d0*/                   EXIT ;                   /* 0x0000 */
"""


def test_a_loop_is_what_is_repeated_wherever_the_assembler_put_it() -> None:
    # LDS, BRA, HMMA, BRA, BRA, and the jump back from the wait, whose own turns are left out
    assert innermost_loops(blocks_of(parse(LISTING)), "HMMA") == [Loop(instructions=6, mma=1)]


def test_a_kernel_without_loops_has_none() -> None:
    straight = "\n".join(line for line in LISTING.splitlines() if "BRA" not in line)
    assert innermost_loops(blocks_of(parse(straight)), "HMMA") == []


def test_modules_that_share_variants_offer_them_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = ModuleType("shared")
    shared.aot_variants = variants("a", "b")  # type: ignore[attr-defined]
    other = ModuleType("other")
    other.aot_variants = shared.aot_variants  # type: ignore[attr-defined]
    for module in (shared, other):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    assert [variant.name for variant in aot.gathered(["shared", "other"])] == ["a", "b"]


def test_two_variants_of_one_name_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("twice")
    module.aot_variants = variants("a", "a")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "twice", module)
    with pytest.raises(ValueError, match="variants of one name: a"):
        aot.gathered(["twice"])


def test_each_kernels_barriers_and_fences_are_held_to_one_line_of_the_table() -> None:
    offered = aot.gathered()
    assert all(each.gate.synchronisation == synchronisation.of(each.name) for each in offered)
    patterns = [line.split()[0] for line in synchronisation.TABLE.split("\n") if line]
    unused = [each for each in patterns if not fnmatch.filter([v.name for v in offered], each)]
    assert len(offered) > 40 and unused == []


@pytest.mark.parametrize(("table", "lines"), [("", 0), ("a* 1\nab 1", 2)])
def test_a_variant_without_a_line_of_its_own_is_an_error(
    monkeypatch: pytest.MonkeyPatch, table: str, lines: int
) -> None:
    monkeypatch.setattr(synchronisation, "TABLE", table)
    with pytest.raises(ValueError, match=f"{lines} lines"):
        synchronisation.of("ab")


@pytest.mark.parametrize(
    ("opcode", "count"), [("HMMA", 1), ("SYNCS.PHASECHK", 1), ("STG.E", 2), ("SYNC", 0)]
)
def test_an_opcode_is_counted_with_any_further_suffixes(opcode: str, count: int) -> None:
    assert Machine("f", 0, 0, 0, parse(LISTING)).count(opcode) == count


@pytest.mark.parametrize("version", [synchronisation.TRITON, "3.6"])
def test_barriers_are_counted_for_one_triton_and_for_nvcc(
    monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr(toolchain, "triton_version", lambda: version)
    machine, gate = Machine("f", 0, 0, 0, parse(LISTING)), Gate(None, synchronisation={"STG.E": 5})
    of_nvcc = CudaVariant("cuda", Path("no.cu"), gate)
    of_triton = TritonVariant("triton", None, {}, {}, gate)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(synchronisation.COLUMNS, "STG.E", "a store")
        assert aot.judge(of_nvcc, machine, 0).refused == ("2 STG.E (a store), 5 expected",)
        counted = bool(aot.judge(of_triton, machine, 0).refused)
    assert counted == (version == synchronisation.TRITON)


@pytest.mark.parametrize(("version", "limit"), [("3.6", 17.5), ("3.9", 17)])
def test_a_triton_that_needs_more_instructions_has_a_limit_of_its_own(
    monkeypatch: pytest.MonkeyPatch, version: str, limit: float
) -> None:
    monkeypatch.setattr(toolchain, "triton_version", lambda: version)
    found = {each.name: each.gate.instructions_per_256 for each in triton_variants.aot_variants()}
    assert found["k2.5-gate_up-decode-8x64"] == limit
    assert found["k2.5-tp8-gate_up-decode-8x16"] == 22


def variants(*names: str) -> Callable[[], list[CudaVariant]]:
    return lambda: [CudaVariant(name, Path("no.cu"), Gate()) for name in names]
