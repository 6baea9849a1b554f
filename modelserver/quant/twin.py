"""The bf16 twin of an INT4 checkpoint: the same values, unpacked. For comparisons."""

import json
import shutil
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import save_file

from modelserver.quant.int4 import Quantised

PACKED, SCALES, SHAPE = ".weight_packed", ".weight_scale", ".weight_shape"


def write_twin(source: Path, target: Path) -> None:
    """Unpack the experts of the single-file checkpoint `source` into the new folder `target`."""
    target.mkdir(parents=True)
    for file in source.iterdir():
        if file.is_file() and file.suffix != ".safetensors":
            shutil.copy(file, target)
    config = json.loads((source / "config.json").read_text())
    for part in (config, config.get("text_config", {})):
        part.pop("quantization_config", None)
    (target / "config.json").write_text(json.dumps(config, indent=1))
    tensors = {}
    with safe_open(source / "model.safetensors", framework="pt") as file:
        for name in file.keys():  # noqa: SIM118  this is no dict
            if name.endswith(PACKED):
                base = name.removesuffix(PACKED)
                weight = Quantised(file.get_tensor(name), file.get_tensor(base + SCALES))
                tensors[base + ".weight"] = weight.dequantise()
            elif not name.endswith((SCALES, SHAPE)):
                tensors[name] = file.get_tensor(name)
    save_file(tensors, target / "model.safetensors", metadata={"format": "pt"})
