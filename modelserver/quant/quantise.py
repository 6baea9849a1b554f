"""`python -m modelserver.quant.quantise SOURCE TARGET`: a bf16 checkpoint with INT4 experts.

Only the routed experts change; they hold nearly all of a mixture of experts' weights and only a
few of them work on each token. The work is one pass over the files, a tensor at a time. A run
that was stopped goes on at the first unfinished file when the command is repeated.
"""

import argparse
import errno
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from modelserver.quant.settings import read_config, with_quantization
from modelserver.quant.shards import Shard, check_quantisable, is_routed_expert, plan_shards
from modelserver.quant.stored import open_checkpoint
from modelserver.quant.target import Job, check_space, claimed, complete, finished, side_files
from modelserver.quant.write import Writer
from modelserver.refusal import Refusal

REFUSED, STOPPED = 2, 130  # exit codes
UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns the exit code; what is wrong goes to stderr."""
    options = parser().parse_args(arguments)
    began = time.monotonic()
    try:
        summary = quantise_checkpoint(
            options.source, options.target, search=options.search, shard_size=options.shard_size
        )
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    except OSError as error:
        print(f"{error}. {remedy(error)}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("Stopped. The same command goes on where it stopped.", file=sys.stderr)
        return STOPPED
    print(f"{summary} ({time.monotonic() - began:.0f} s)")
    return 0


def parser() -> argparse.ArgumentParser:
    built = argparse.ArgumentParser(
        prog="python -m modelserver.quant.quantise",
        description="Quantise the routed experts of a bf16 checkpoint to INT4.",
    )
    built.add_argument("source", type=Path, help="folder with config.json and safetensors files")
    built.add_argument("target", type=Path, help="new folder, or one left by a stopped run")
    built.add_argument(
        "--search",
        action="store_true",
        help="try several scales for each group: less error, slower",
    )
    built.add_argument(
        "--shard-size", type=parse_size, default="4GB", help="largest file, as 4GB or 500MB"
    )
    return built


def parse_size(text: str) -> int:
    """Bytes in `4GB`, `500MB`, `64KB` or `1000B`; decimal units."""
    found = re.fullmatch(r"([1-9]\d*)\s*([KMG]?)B", text.strip().upper())
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write it like 4GB or 500MB")
    return int(found[1]) * UNITS[found[2]]


def quantise_checkpoint(source: Path, target: Path, *, search: bool, shard_size: int) -> str:
    """Write the quantised checkpoint and say what was done.

    Raises Refusal when that cannot be done, before anything is written where it can be known.
    """
    checkpoint = open_checkpoint(source)
    config = with_quantization(read_config(source))
    check_quantisable(checkpoint.tensors)
    shards = plan_shards(checkpoint.tensors, shard_size)
    with claimed(target, Job.of(checkpoint, search=search, shard_size=shard_size)):
        left = [shard for shard in shards if not finished(target, shard)]
        beside = sum(path.stat().st_size for path in side_files(source))
        check_space(target, sum(shard.size() for shard in left) + beside)
        write_shards(left, target, search=search, total=read_bytes(shards))
        complete(target, source, shards, config)
    experts = sum(map(is_routed_expert, checkpoint.tensors))
    before, after = read_bytes(shards), sum(shard.size() for shard in shards)
    return f"{target}: {experts} expert weights in INT4, {gigabytes(before)} → {gigabytes(after)}"


def write_shards(left: Sequence[Shard], target: Path, *, search: bool, total: int) -> None:
    done = total - read_bytes(left)
    with tqdm(total=total, initial=done, unit="B", unit_scale=True, smoothing=0.1) as bar:
        writer = Writer(target, search, bar.update)
        for shard in left:
            bar.set_description(shard.name.removesuffix(".safetensors"))
            writer.write(shard)


def read_bytes(shards: Sequence[Shard]) -> int:
    """How many bytes of the source the shards are made from."""
    return sum(source.size for shard in shards for source in shard.sources)


def gigabytes(size: int) -> str:
    return f"{size / 1e9:.2f} GB"


def remedy(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Free some space; the same command then goes on where it stopped."
    return "Put that right; the same command then goes on where it stopped."


if __name__ == "__main__":
    sys.exit(main())
