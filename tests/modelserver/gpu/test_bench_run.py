"""The benchmark counts, routes, checks and records as it says; only its clock needs a GPU."""

import csv
import importlib
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from modelserver import kernels
from modelserver.bench import gate, plot, record, revision, run
from modelserver.bench.cell import BLOCK, GEMMS, Bench, Outcome, Session, State, measure_layout
from modelserver.bench.figures import HEAVY_LAYERS, LAYERS, Cell, Timed, summary
from modelserver.bench.layouts import LAYOUTS, ROUTINGS, Draw, Layout, draw
from modelserver.bench.peers_gpu import PEERS, Loaded, Products, Unavailable, find, naive
from modelserver.bench.peers_gpu.ours import Kernel
from modelserver.bench.record import Row
from modelserver.bench.stopwatch import Call, Eager, percentiles
from modelserver.bench.traffic import H100, H200, drawn_traffic, floors, traffic, uniform_traffic
from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16 import gpu, triton
from modelserver.kernels.fused_moe_w4a16 import naive as formula
from modelserver.kernels.moe_align import naive as aligner
from modelserver.quant.int4 import Quantised

WHOLE = Layout("whole", experts=8, inner=64, tokens=(1, 5), routed=8, hidden=128, slots=2)
PART = replace(WHOLE, name="part", experts=3)
HAS_GPU = torch.cuda.is_available()
DEVICE = "cuda" if HAS_GPU else "cpu"  # of kernels that Triton only interprets without a GPU

# tokens: experts hit, GB, µs on H100 and H200, the same for one of eight cards
PUBLISHED = {
    1: (8, 0.198, 66, 46, 8.3, 5.8),
    8: (59.5, 1.475, 492, 343, 62, 43),
    32: (188, 4.66, 1555, 1085, 195, 136),
    128: (358, 8.87, 2961, 2066, 371, 259),
    1024: (384, 9.51, 3203, 2235, 409, 285),
    4096: (384, 9.51, 3617, 3663, 452, 458),
}


@pytest.mark.parametrize("tokens", PUBLISHED)
def test_the_floors_are_those_that_were_worked_out_by_hand(tokens: int) -> None:
    (line,) = floors(LAYOUTS["TP1-384"], LAYOUTS["TP8"], (tokens,))[1:]
    printed = [float(each) for each in line.split()[1:]]
    assert printed == pytest.approx(PUBLISHED[tokens], rel=0.01), tokens


def test_the_floor_is_memory_for_few_tokens_and_products_for_many() -> None:
    few, many = (uniform_traffic(LAYOUTS["TP1-384"], tokens) for tokens in (3700, 3750))
    assert few.floor(H100) == few.memory_seconds(H100)
    assert many.floor(H100) == many.product_seconds(H100)
    assert uniform_traffic(LAYOUTS["TP1-384"], 2550).floor(H200) > 2.2e-3


def test_traffic_of_a_draw_counts_what_it_asks_for() -> None:
    drawn = draw(PART, 5, "uniform", 3)
    local = [expert for row in drawn.ids.tolist() for expert in row if expert >= 0]
    tokens = sum(any(expert >= 0 for expert in row) for row in drawn.ids.tolist())
    assert drawn_traffic(PART, drawn) == traffic(PART, tokens, len(local), len(set(local)), 5)


@pytest.mark.parametrize("layout", [WHOLE, PART])
@pytest.mark.parametrize("routing", ROUTINGS)
def test_a_draw_routes_as_it_was_to(layout: Layout, routing: str) -> None:
    random = torch.Generator().manual_seed(11)
    wanted = ROUTINGS[routing](layout, 6, random)
    drawn = draw(layout, 6, routing, 11)
    for ids, experts in zip(drawn.ids.tolist(), wanted.tolist(), strict=True):
        assert len(set(experts)) == layout.slots
        local = [expert if expert < layout.experts else -1 for expert in experts]
        assert sorted(ids) == sorted(local)
    assert drawn.weights.sum(-1).tolist() == pytest.approx([2.827] * 6)
    assert drawn.router_weights.sum(-1).tolist() == pytest.approx([1.0] * 6)


def test_uniform_routing_hits_as_many_experts_as_expected() -> None:
    layout = LAYOUTS["TP1-384"]
    hits = [draw(replace(layout, hidden=32), 32, "uniform", seed).experts_hit for seed in range(8)]
    assert sum(hits) / len(hits) == pytest.approx(uniform_traffic(layout, 32).experts, rel=0.03)


def test_the_other_routings_are_what_their_names_say() -> None:
    layout = replace(LAYOUTS["TP1-384"], hidden=32)
    hit = {name: draw(layout, 96, name, 1).experts_hit for name in ROUTINGS}
    assert hit["hot"] == layout.slots
    assert hit["hot"] < hit["zipf"] < hit["uniform"] < hit["balanced"] == layout.experts
    counts = draw(layout, 96, "balanced", 1).ids.flatten().bincount(minlength=layout.experts)
    assert set(counts.tolist()) == {2}


def test_draws_are_the_same_every_time_and_differ_between_seeds() -> None:
    first, again, other = (draw(WHOLE, 4, "uniform", seed) for seed in (5, 5, 6))
    assert first.x.equal(again.x) and first.weights.equal(again.weights)
    assert not first.x.equal(other.x)


@pytest.mark.parametrize("layout", [WHOLE, PART])
@pytest.mark.parametrize("routing", ROUTINGS)
@pytest.mark.parametrize("peer", ["naive", "grouped_mm"])
def test_a_peer_that_needs_no_gpu_agrees_with_the_formula_as_block_and_as_products(
    layout: Layout, routing: str, peer: str
) -> None:
    bench = Bench.of(layout, H100, DEVICE)
    cell = Cell(layout, 5, routing, layers=2, seeds=(1,))
    loaded = find(peer).load(layout, bench.w13, bench.w2)
    outcome = bench.measure(cell, peer, loaded, Eager(0, 1))
    assert not outcome.wrong, outcome.reason
    assert [each.part for each in outcome.figures] == [BLOCK, GEMMS]
    assert all(0 < each.error < 1e-2 for each in outcome.figures)


@dataclass(frozen=True, eq=False)
class Off:
    """Naive, with one thing wrong in the token that comes last."""

    right: Loaded
    factor: float
    tolerance: float = 1e-2
    captured: bool = False

    def block(self, draw: Draw) -> Call:
        def call() -> Tensor:
            y = self.right.block(draw)()
            y[-1] *= self.factor
            return y

        return call

    def products(self, _draw: Draw) -> Products | None:
        return None


@dataclass(frozen=True)
class Wrong:
    factor: float

    def load(self, layout: Layout, w13: Quantised, w2: Quantised) -> Off:
        return Off(naive.load(layout, w13, w2), self.factor)


@dataclass(frozen=True)
class Missing:
    def load(self, _layout: Layout, _w13: Quantised, _w2: Quantised) -> Loaded:
        raise Unavailable("its wheel is not installed")


@pytest.mark.parametrize("factor", [1.5, torch.nan, torch.inf])
def test_a_wrong_result_has_no_speed(factor: float) -> None:
    outcome = measured({"off": Wrong(factor)})[0]
    assert outcome.wrong and not outcome.figures
    told = outcome.text("whole")
    assert "off: WRONG" in told and "µs" not in told


def test_what_has_no_products_of_its_own_has_figures_of_the_block_only() -> None:
    outcome = measured({"right": Wrong(1.0)})[0]
    assert [each.part for each in outcome.figures] == [BLOCK]


CELLS = [Cell(WHOLE, tokens, "uniform", layers=2, seeds=(1, 2)) for tokens in WHOLE.tokens]


def measured(implementations: dict[str, object], deadline: float = float("inf")) -> list[Outcome]:
    session = Session(H100, deadline, "cpu")
    return list(measure_layout(WHOLE, CELLS, implementations, session))  # type: ignore[arg-type]


def test_others_are_compared_with_the_first_and_one_that_is_missing_is_named() -> None:
    ours = Kernel(formula, aligner)
    told = measured({"ours": ours, "missing": Missing(), "naive": naive})
    assert [len(each.figures) for each in told] == [2, 2, 0, 2, 2]
    assert told[2].state is State.MISSING
    assert "missing: not timed, its wheel is not installed" in told[2].text("whole")
    assert all(figures.ratio == 1.0 for each in told[:2] for figures in each.figures)
    block, first = told[3].figures[0], told[0].figures[0]
    assert block.ratio == pytest.approx(block.timing.p50 / first.timing.p50)


@dataclass(frozen=True)
class Few:
    """Serves one token alone."""

    def load(self, layout: Layout, w13: Quantised, w2: Quantised) -> "FewTokens":
        return FewTokens(naive.load(layout, w13, w2), 1.0)


class FewTokens(Off):
    def block(self, draw: Draw) -> Call:
        if len(draw.x) > 1:
            raise Unsupported(f"{len(draw.x)} tokens are many")
        return super().block(draw)


def test_a_cell_that_a_kernel_does_not_serve_is_named_and_the_others_are_timed() -> None:
    served, refused = measured({"few": Few()})
    assert served.figures and not refused.figures and refused.state is State.REFUSED
    assert "few: not timed, 5 tokens are many" in refused.text("whole")


@dataclass(frozen=True)
class Changed:
    """As a library of which another version is installed."""

    def load(self, _layout: Layout, _w13: Quantised, _w2: Quantised) -> Loaded:
        raise TypeError("load() takes no argument")


def test_a_peer_that_fails_is_named_and_the_others_are_timed() -> None:
    broken, *others = measured({"changed": Changed(), "naive": naive})
    assert "changed: FAILED, TypeError: load() takes no argument" in broken.text("whole")
    assert not broken.wrong and all(each.figures for each in others)


def test_a_kernel_of_ours_that_fails_is_wrong() -> None:
    assert measured({"ours": Kernel(Changed(), aligner)})[0].wrong


def test_cells_that_there_is_no_time_for_are_named() -> None:
    told = measured({"naive": naive}, deadline=0.0)
    assert [(each.cell, each.state, each.reason) for each in told] == [
        (cell, State.LATE, "not timed, there was no time left") for cell in CELLS
    ]


def test_figures_follow_from_times_and_traffic() -> None:
    cell = Cell(WHOLE, 5, "uniform", layers=2)
    draws = [draw(WHOLE, 5, "hot", 1)]
    timed = [Timed((100.0, 110.0, 120.0), 1e-3), Timed((121.0,), 2e-3)]
    figures = summary((cell, "naive", BLOCK), draws, timed, H100)
    row = figures.row("abc", "fused_moe_w4a16", "GPU")
    needs = drawn_traffic(WHOLE, draws[0])
    assert figures.timing.p50 == 115.0 and figures.error == 2e-3
    assert figures.seeds == pytest.approx(0.1)
    assert figures.floor_share == pytest.approx(needs.floor(H100) / 115e-6)
    assert float(row.gb_per_s) == pytest.approx(needs.bytes / 115e-6 / 1e9, abs=0.5)
    assert (row.p50_us, row.experts, row.routing) == ("115.0", "2.0", "uniform")


def test_percentiles_are_of_all_replays() -> None:
    timing = percentiles([float(each) for each in range(101)])
    assert (timing.p20, timing.p50, timing.p80) == (20.0, 50.0, 80.0)
    assert timing.spread == pytest.approx(1.2)


def test_a_layer_that_moves_gigabytes_is_repeated_less_often() -> None:
    layout = LAYOUTS["TP1-384"]
    assert Cell.of(layout, 1, "uniform").layers == LAYERS
    assert Cell.of(layout, 1024, "uniform").layers == HEAVY_LAYERS


def some_row(**changes: str) -> Row:
    row = Row("abc", "GPU", "fused_moe_w4a16", "TP8", 8, "ours", "1", "2", "3", "1")
    shares = {"part": BLOCK, "routing": "uniform", "floor_share": "0.5"}
    return replace(row, **shares | changes)  # type: ignore[arg-type]


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    rows = [some_row(), some_row(implementation="a, b")]
    for row in rows:
        record.append([row], path)
    assert record.read(path) == rows
    assert path.read_text().count("commit,device") == 1


def test_a_file_with_other_columns_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text("commit,cpu\n")
    with pytest.raises(ValueError, match="has the columns commit, cpu"):
        record.read(path)


def test_the_committed_results_have_the_columns_and_name_their_hardware() -> None:
    for row in record.read():
        assert row.device and float(row.p20_us) <= float(row.p50_us) <= float(row.p80_us)


def test_the_plot_takes_the_last_uniform_blocks_of_the_last_gpu(tmp_path: Path) -> None:
    old, new = some_row(p50_us="9", floor_share="0.1"), some_row()
    rows = [
        replace(old, device="another GPU", implementation="older"),
        replace(new, floor_share="", device="a CPU"),
        old,
        replace(new, part=GEMMS),
        replace(new, routing="hot"),
        new,
        replace(new, tokens=64, implementation="marlin", floor_share="0.3"),
    ]
    drawn = plot.latest(rows)
    assert drawn == [new, rows[-1]]
    plot.draw(drawn, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


def test_a_peer_that_cannot_run_here_says_why() -> None:
    if HAS_GPU:
        pytest.skip("there is a GPU")
    quantised = Bench.of(WHOLE, H100, "cpu")
    for name in set(PEERS) - {"naive", "grouped_mm"}:
        with pytest.raises(Unavailable, match="there is no GPU"):
            find(name).load(WHOLE, quantised.w13, quantised.w2)


def test_without_a_gpu_the_command_says_so_and_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    if HAS_GPU:
        pytest.skip("there is a GPU")
    assert run.main(["--op", "fused_moe_w4a16"]) == run.NO_GPU
    said = capsys.readouterr().err
    assert "There is no GPU here" in said and "modelserver.bench.verify" in said


def test_the_floors_need_no_gpu(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--floors"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1 + len(run.FLOOR_TOKENS)


def test_uniform_routing_is_planned_at_all_tokens_and_others_at_a_few() -> None:
    layouts = (LAYOUTS["TP8"],)
    choice = run.Choice("fused_moe_w4a16", layouts, ("uniform", "hot"), (), (), None, 1.0, None)
    cells = list(run.planned(layouts[0], choice))
    assert [cell.tokens for cell in cells if cell.routing == "uniform"] == [1, 8, 64, 2048]
    assert [cell.tokens for cell in cells if cell.routing == "hot"] == [64]


def test_kernels_of_another_commit_are_loaded_beside_ours() -> None:
    name = "modelserver.kernels.fused_moe_w4a16.naive"
    with revision.checked_out("HEAD") as folder:
        (theirs,) = revision.load(folder, name)
        assert Path(str(theirs.__file__)).is_relative_to(folder)
        implementations = {"ours": Kernel(formula, aligner), "base": Kernel(theirs, aligner)}
        told = measured(implementations)  # type: ignore[arg-type]
    assert not any(each.wrong for each in told) and theirs is not formula
    assert sys.modules[name] is formula
    assert not folder.exists()
    assert str(folder) not in revision.git("worktree", "list")


def test_a_commit_that_does_not_exist_is_named() -> None:
    with (
        pytest.raises(ValueError, match="cannot check out no-such-commit"),
        revision.checked_out("no-such-commit"),
    ):
        pass


def test_the_gate_looks_at_the_first_and_the_last_token() -> None:
    drawn = draw(WHOLE, 30, "uniform", 1)
    looked = gate.looked_at(drawn).tolist()
    assert (looked[0], looked[-1], len(looked)) == (0, 29, gate.COMPARED)


def test_results_are_written_with_unix_line_ends() -> None:
    with record.RESULTS.open(newline="") as file:
        assert "\r" not in file.read()
    with record.RESULTS.open(newline="") as file:
        assert all(len(line) == len(record.COLUMNS) for line in csv.reader(file))


SMALL = Layout("small", experts=6, inner=128, tokens=(1, 3), routed=6, hidden=256, slots=2)


@pytest.mark.parametrize("layout", [SMALL, replace(SMALL, name="part", experts=4)])
@pytest.mark.parametrize("name", list(gpu.KERNELS))
def test_our_kernels_agree_with_the_formula_as_block_and_as_products(
    name: str, layout: Layout
) -> None:
    from modelserver.kernels.moe_align import triton as aligning

    module = importlib.import_module(gpu.KERNELS[name])
    bench = Bench.of(layout, H100, DEVICE)
    loaded = Kernel(module, aligning).load(layout, bench.w13, bench.w2)
    assert loaded._ordered(draw(layout, 3, "uniform", 1, DEVICE)), "it takes no alignment"
    cell = Cell(layout, 3, "uniform", layers=1, seeds=(1,))
    outcome = bench.measure(cell, name, loaded, Eager(0, 1))
    assert not outcome.wrong, outcome.reason


@pytest.mark.skipif(HAS_GPU, reason="launches are counted where Triton is interpreted")
@pytest.mark.parametrize("name", kernels.names("fused_moe_w4a16", "cuda"))
def test_a_block_launches_what_the_registered_kernel_launches(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from triton.runtime.interpreter import GridExecutor

    from modelserver.kernels.moe_align import triton as aligning

    launched: list[str] = []
    own: Any = GridExecutor.__call__

    def noted(self: Any, *given: Any, **named: Any) -> None:
        launched.append(self.fn.__name__)
        own(self, *given, **named)

    monkeypatch.setattr(GridExecutor, "__call__", noted)
    monkeypatch.setattr(gpu, "KERNELS", {"triton": gpu.KERNELS["triton"]})
    bench, drawn = Bench.of(SMALL, H100, DEVICE), draw(SMALL, 3, "uniform", 1, DEVICE)
    Kernel(triton, aligning).load(SMALL, bench.w13, bench.w2).block(drawn)()
    timed = launched.copy()
    launched.clear()
    served = kernels.load("fused_moe_w4a16", "cuda", name)
    w13, w2 = (
        served.prepare(each.packed.clone(), each.scales.clone()) for each in (bench.w13, bench.w2)
    )
    served.fused_moe(drawn.x, w13, w2, drawn.weights, drawn.ids)
    assert timed == launched == ["align_rows", "gate_up", "down"]


def test_the_guide_names_every_option_of_the_command_and_no_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        run.main(["--help"])
    known = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out)) - {"--help"}
    guide = Path(run.__file__).parents[2] / "docs/how-to/kernels.md"
    (section,) = re.findall(r"## How fast.*?\n## ", guide.read_text(), re.DOTALL)
    assert set(re.findall(r"--[a-z][a-z-]+", section)) == known
    rows = section.count("\n| `--")
    assert rows == len(known - {"--op", "--record", "--minutes"})
