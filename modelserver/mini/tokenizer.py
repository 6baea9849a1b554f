"""The tokenizer of an exported checkpoint: each vocabulary token is one piece of text."""

import json
import re
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from modelserver.mini.hub import CONTEXT
from modelserver.mini.vocabulary import ID, SPECIAL, TOKENS

TEMPLATE = Path(__file__).with_name("checkpoint") / "chat_template.jinja"
# A server leaves special tokens out of what it sends; thoughts and tool calls are read by parsers.
HIDDEN = SPECIAL[: SPECIAL.index("<think>")]


def build() -> Tokenizer:
    """Splits text at the longest vocabulary tokens; text of no token becomes `[UNK]`."""
    tokenizer = Tokenizer(models.WordLevel(ID, unk_token="[UNK]"))  # noqa: S106
    longest_first = sorted(TOKENS, key=len, reverse=True)
    pattern = Regex("|".join(map(re.escape, longest_first)))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(pattern, "isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_special_tokens([_added(token, special=True) for token in HIDDEN])
    tokenizer.add_tokens([_added(token, special=False) for token in SPECIAL[len(HIDDEN) :]])
    return tokenizer


def write(folder: Path) -> None:
    """tokenizer.json, tokenizer_config.json and the chat template."""
    build().save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "[BOS]",
        "eos_token": "<|im_end|>",
        "pad_token": "[EOS]",
        "unk_token": "[UNK]",
        "model_max_length": CONTEXT,
        "clean_up_tokenization_spaces": False,
        "additional_special_tokens": list(HIDDEN),
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=1) + "\n")
    (folder / TEMPLATE.name).write_text(TEMPLATE.read_text())


def _added(token: str, *, special: bool) -> AddedToken:
    return AddedToken(token, special=special, normalized=False)
