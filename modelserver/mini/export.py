"""Writes a run as a Hugging Face checkpoint that SGLang and transformers load.

    python -m modelserver.mini.export RUN TARGET [--bf16]

The routed experts are INT4, as in the released K2.5; with --bf16 they are the bfloat16 values that
those stand for, so that the two checkpoints are the same model.

mini/checkpoint/ is what this wrote, but for its chat_template.jinja and its two kimi_k25_*.py,
which are written by hand and go into every other.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file

from modelserver.mini import processor, tokenizer
from modelserver.mini.checkpoint import Checkpoint
from modelserver.mini.hub import GENERATION, config_json
from modelserver.mini.tensors import released


def export(run: Path, target: Path, *, int4: bool = True) -> None:
    """Everything but a model card. Raises FileNotFoundError when the run has no checkpoint."""
    model = Checkpoint.load(run).trained(torch.float32)
    target.mkdir(parents=True, exist_ok=True)
    tensors = released(model, int4=int4)
    save_file(tensors, target / "model.safetensors", metadata={"format": "pt"})
    _write_json(target / "config.json", config_json(model.config, int4=int4))
    _write_json(target / "generation_config.json", GENERATION)
    tokenizer.write(target)
    vision = model.config.vision
    patches = vision.grid_height * vision.grid_width
    processor.install(target, patches, side=max(vision.grid_height, vision.grid_width))


def _write_json(path: Path, content: Mapping[str, object]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Export a run of Kimi mini.")
    parser.add_argument("run", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--bf16", action="store_true", help="the INT4 model's bfloat16 twin")
    options = parser.parse_args()
    export(options.run, options.target, int4=not options.bf16)
    size = (options.target / "model.safetensors").stat().st_size
    print(f"{options.target}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
