"""The image processor that a checkpoint of this architecture carries as remote code.

Transformers and SGLang import these two files from the checkpoint's own folder, so they stand
alone: they import nothing of Mockwright. `install` writes the shipped checkpoint's into another.
"""

import json
from pathlib import Path

SHIPPED = Path(__file__).with_name("checkpoint")
FILES = ("kimi_k25_processor.py", "kimi_k25_vision_processing.py")
AUTO_MAP = {
    "AutoProcessor": "kimi_k25_processor.KimiK25Processor",
    "AutoImageProcessor": "kimi_k25_vision_processing.KimiK25VisionProcessor",
}
PATCHES = 16384  # Kimi K2.5's own limit for one image
PATCHES_ON_ONE_SIDE = 512


def media_settings(patches: int = PATCHES, side: int = PATCHES_ON_ONE_SIDE) -> dict[str, object]:
    """`media_proc_cfg` as K2.5 has it, with at most so many 14-pixel patches in all and a side."""
    return {
        "in_patch_limit": patches,
        "in_patch_limit_each_frame": patches,
        "in_patch_limit_video": None,
        "patch_limit_on_one_side": side,
        "patch_size": 14,
        "merge_kernel_size": 2,
        "temporal_merge_kernel_size": 4,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "fixed_output_tokens": None,
        "sample_fps": 2.0,
        "max_num_frames_each_video": None,
        "timestamp_mode": "hh:mm:ss.fff",
    }


def install(checkpoint: Path, patches: int = PATCHES, side: int = PATCHES_ON_ONE_SIDE) -> None:
    """Write the processor into a checkpoint's folder. Its config.json needs AUTO_MAP too."""
    for name in FILES:
        (checkpoint / name).write_bytes((SHIPPED / name).read_bytes())
    settings = {
        "processor_class": "KimiK25Processor",
        "image_processor_type": "KimiK25VisionProcessor",
        "auto_map": AUTO_MAP,
        "media_proc_cfg": media_settings(patches, side),
    }
    (checkpoint / "preprocessor_config.json").write_text(json.dumps(settings, indent=1) + "\n")
