"""The rows of results.csv: what was measured, on what, at which commit."""

import csv
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).with_name("results.csv")
KIT_COMMIT = (
    ROOT / ".kit" / "COMMIT"
)  # what bin/on-gpu/prepare wrote down, for where there is no git


@dataclass(frozen=True)
class Row:
    """One implementation at one number of tokens; empty where a benchmark does not measure it.

    p20_us, p50_us, p80_us: microseconds of a call. ratio: to ours in the same run, above 1 where
    ours is faster. part: "gemms" or "block". experts: how many were asked for. copy_share and
    matmul_share: of the bandwidth and the rate measured in the same run; floor_share: the time that
    the slower of the two would need, as a share of p50. seeds: p50 of the slowest seed against that
    of the fastest, minus one.
    """

    commit: str
    device: str
    op: str
    shape: str
    tokens: int
    implementation: str
    p20_us: str
    p50_us: str
    p80_us: str
    ratio: str
    part: str = ""
    routing: str = ""
    experts: str = ""
    gb: str = ""
    gb_per_s: str = ""
    tf_per_s: str = ""
    copy_share: str = ""
    matmul_share: str = ""
    floor_share: str = ""
    seeds: str = ""


COLUMNS = tuple(field.name for field in fields(Row))


def append(rows: Iterable[Row], path: Path = RESULTS) -> None:
    fresh = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if fresh:
            writer.writerow(COLUMNS)
        writer.writerows(astuple(row) for row in rows)


def read(path: Path = RESULTS) -> list[Row]:
    """Raises ValueError where the file has other columns."""
    with path.open(newline="") as file:
        header, *lines = csv.reader(file)
    if tuple(header) != COLUMNS:
        raise ValueError(f"{path.name} has the columns {', '.join(header)}")
    return [row_of(line) for line in lines]


def row_of(line: Sequence[str]) -> Row:
    commit, device, op, shape, tokens, *rest = line
    return Row(commit, device, op, shape, int(tokens), *rest)


def commit() -> str:
    """The checked-out commit, with "-dirty" where files differ from it.

    Where git knows none it is the kit's. Raises ValueError where there is no kit either.
    """
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        if not KIT_COMMIT.exists():
            raise ValueError(
                "Rows name their commit, and there is neither git here nor .kit/COMMIT: run "
                "bin/on-gpu/prepare where git is"
            ) from error
        return KIT_COMMIT.read_text().strip()
    return told.stdout.strip()
