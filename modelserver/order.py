"""The command line of `modelserver.serve`."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from modelserver.config import PROFILES, ROOT, Choices, Profile

LOGS = ROOT / "var" / "modelserver"


@dataclass(frozen=True)
class Order:
    """What was asked for."""

    profile: Profile
    model: str | None
    host: str
    port: int
    name: str | None
    dry_run: bool
    config: Path | None
    gpu_memory: float | None  # GiB
    log: Path
    choices: Choices


def read_order(arguments: list[str]) -> Order:
    """Parse the command line; what follows `--` goes to SGLang as it is."""
    own, extra = arguments, []
    if "--" in arguments:
        cut = arguments.index("--")
        own, extra = arguments[:cut], arguments[cut + 1 :]
    reader = parser()
    given = reader.parse_args(own)
    refuse_combinations(reader, given)
    return Order(
        profile=PROFILES[given.profile],
        model=given.model,
        host=given.host,
        port=given.port,
        name=given.name,
        dry_run=given.dry_run,
        config=given.config,
        gpu_memory=given.gpu_memory,
        log=given.log_file or LOGS / f"sglang-{given.port}.log",
        choices=Choices(
            context=given.context_length,
            draft_model=given.eagle3,
            data_parallel_attention=given.dp_attention,
            experts_on_gpu=given.gpu_experts,
            extra=tuple(extra),
        ),
    )


def parser() -> argparse.ArgumentParser:
    profiles = "; ".join(f"{each.name}: {each.purpose}" for each in PROFILES.values())
    new = argparse.ArgumentParser(
        prog="python -m modelserver.serve",
        description="Serve a Kimi-shaped model with SGLang, over an OpenAI-compatible API.",
        epilog="Arguments after -- are passed to SGLang as they are.",
    )
    new.add_argument("--profile", required=True, choices=PROFILES, help=profiles)
    new.add_argument(
        "--model", metavar="PATH", help="folder, or hub id; cpu: Kimi mini if left out"
    )
    new.add_argument("--host", default="127.0.0.1")
    new.add_argument("--port", type=int, default=30000)
    new.add_argument("--name", help="how the API calls the model; the folder's name if left out")
    new.add_argument("--context-length", type=int, metavar="TOKENS", help="of one request")
    new.add_argument("--eagle3", metavar="DRAFT", help="speculative decoding with a draft model")
    new.add_argument("--dp-attention", action="store_true", help="tp8: attention data-parallel")
    new.add_argument("--gpu-experts", type=int, metavar="N", help="hybrid: experts a layer on GPU")
    new.add_argument("--dry-run", action="store_true", help="print the memory plan and end")
    new.add_argument("--config", type=Path, help="config.json to plan for, without weights")
    new.add_argument("--gpu-memory", type=float, metavar="GIB", help="plan for such cards")
    new.add_argument("--log-file", type=Path, help="SGLang's own log; var/modelserver if left out")
    return new


def refuse_combinations(reader: argparse.ArgumentParser, given: argparse.Namespace) -> None:
    """Options that say nothing in this combination are mistakes."""
    if given.dp_attention and given.profile != "tp8":
        reader.error("--dp-attention is for --profile tp8")
    if given.gpu_experts is not None and given.profile != "hybrid":
        reader.error("--gpu-experts is for --profile hybrid")
    if (given.config or given.gpu_memory) and not given.dry_run:
        reader.error("--config and --gpu-memory plan without serving: add --dry-run")
