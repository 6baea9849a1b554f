"""Trains Kimi mini.

    python -m modelserver.mini.train --data DIR --out RUN --minutes 75 [--processes 2] [--resume]

The default setting needs two CPU cores. `--device cuda` trains the real setting on one GPU.
"""

import argparse
import os
import tempfile
from pathlib import Path

from torch.multiprocessing.spawn import spawn

from modelserver.mini.checkpoint import NAME
from modelserver.mini.config import Settings
from modelserver.mini.trainer import Place, work

# Each rank computes on one thread; oneDNN keeps the kernels it prepared for every shape.
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "ONEDNN_PRIMITIVE_CACHE_CAPACITY": "16384"}
GPU_BATCH = 96


def main() -> None:
    parser = argparse.ArgumentParser(description="Train Kimi mini.")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ validation/")
    parser.add_argument("--out", type=Path, required=True, help="run folder")
    parser.add_argument("--minutes", type=float, required=True, help="of wall-clock")
    parser.add_argument("--processes", type=int, help="ranks, one thread each (default 2; GPU 1)")
    parser.add_argument("--batch", type=int, help="samples per rank (default 12; GPU 96)")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true", help="go on from the run's checkpoint")
    options = parser.parse_args()
    on_gpu = options.device == "cuda"
    settings = Settings(
        minutes=options.minutes,
        batch=options.batch or (GPU_BATCH if on_gpu else Settings.batch),
        processes=options.processes or (1 if on_gpu else Settings.processes),
        device=options.device,
        seed=options.seed,
    )
    launch(settings, options.data, options.out, resume=options.resume)


def launch(settings: Settings, data: Path, run: Path, *, resume: bool) -> None:
    """Runs every rank to the end. A run that has a checkpoint is not begun again by accident."""
    run.mkdir(parents=True, exist_ok=True)
    if (run / NAME).exists() != resume:
        raise SystemExit(
            f"{run} has no checkpoint to resume" if resume else f"{run} has a checkpoint: --resume"
        )
    os.environ.update(ENVIRONMENT)
    with tempfile.TemporaryDirectory() as folder:
        meeting = str(Path(folder) / "ranks")
        place = Place(data, run, rank=0, resume=resume)
        spawn(work, (settings, place, meeting), settings.processes)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
