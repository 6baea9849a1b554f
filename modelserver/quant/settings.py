"""What config.json says about INT4 experts, in the words of the released Kimi K2.5."""

import json
from pathlib import Path

from modelserver.quant.int4 import GROUP
from modelserver.refusal import Refusal

# Modules that stay in bf16, as Kimi K2.5 lists them. At the top of config.json the setting speaks
# for the vision tower and its projector too, and every module's name begins with its part.
KEPT = (
    "lm_head",
    "re:.*self_attn.*",
    "re:.*shared_experts.*",
    r"re:.*mlp\.(gate|up|gate_up|down)_proj.*",
)
KEPT_BESIDE = (
    "re:.*lm_head",
    "re:.*vision_tower.*",
    "re:.*multi_modal_projector.*",
    "re:.*mm_projector.*",
)


def quantization_config(*, vision: bool) -> dict[str, object]:
    """The `quantization_config` of a model whose routed experts are INT4."""
    weights = {
        "num_bits": 4,
        "type": "int",
        "symmetric": True,
        "strategy": "group",
        "group_size": GROUP,
        "actorder": None,
        "dynamic": False,
        "observer": "minmax",
    }
    group = {
        "targets": ["Linear"],
        "weights": weights,
        "input_activations": None,
        "output_activations": None,
    }
    return {
        "quant_method": "compressed-tensors",
        "format": "pack-quantized",
        "quantization_status": "compressed",
        "kv_cache_scheme": None,
        "config_groups": {"group_0": group},
        "ignore": [*KEPT, *(KEPT_BESIDE if vision else ())],
    }


def read_config(folder: Path) -> dict[str, object]:
    """A bf16 model's config.json. Raises Refusal when there is none or it is quantised."""
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise Refusal(f"There is no {path}.", "Fetch the whole checkpoint.") from error
    except ValueError as error:
        raise Refusal(f"{path} is not valid JSON ({error}).", "Fetch that file again.") from error
    if not isinstance(config, dict):
        raise Refusal(f"{path} holds no JSON object.", "Fetch that file again.")
    for part in (config, config.get("text_config")):
        found = part.get("quantization_config") if isinstance(part, dict) else None
        if isinstance(found, dict):
            raise Refusal(
                f"{folder} is quantised already, with {found.get('quant_method')}.",
                "Serve it as it is, or quantise its bf16 original.",
            )
    return config


def with_quantization(config: dict[str, object]) -> dict[str, object]:
    """The config of the quantised model.

    A model of pictures and text says it twice: SGLang reads the top, transformers the text part.
    """
    text = config.get("text_config")
    if not isinstance(text, dict):
        return {**config, "quantization_config": quantization_config(vision=False)}
    setting = quantization_config(vision=True)
    return {
        **config,
        "text_config": {**text, "quantization_config": setting},
        "quantization_config": setting,
    }
