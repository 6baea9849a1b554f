"""Text and token ids are the same thing; the template makes the prompts of the training data."""

import pytest
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from modelserver.mini import tokenizer
from modelserver.mini.data import conversation, prompt_tokens
from modelserver.mini.lines import LineBox, line_tokens, reading_order
from modelserver.mini.pages import draw
from modelserver.mini.vocabulary import ID, TOKENS
from tests.modelserver.mini.drawn import drawn

TOOLS = [{"type": "function", "function": {"name": name}} for name in ("write_file", "finish")]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> PreTrainedTokenizerFast:
    folder = tmp_path_factory.mktemp("tokenizer")
    tokenizer.write(folder)
    return AutoTokenizer.from_pretrained(folder)


def lines_of(seed: int) -> dict[int, LineBox]:
    return dict(enumerate(drawn(seed).lines))


def boxes_of(seed: int) -> list[LineBox]:
    boxes = list(drawn(seed).lines)
    return [boxes[index] for index in reading_order(boxes)]


def user_turn(boxes: list[LineBox]) -> dict[str, object]:
    lines = [token for n, box in enumerate(boxes) for token in line_tokens(n, box)]
    image = {"type": "image_url", "image_url": {"url": "data:,"}}
    return {"role": "user", "content": [image, {"type": "text", "text": "".join(lines)}]}


def test_the_text_of_any_sample_encodes_to_its_ids(words: PreTrainedTokenizerFast) -> None:
    for seed in range(400):
        for sequence in conversation(draw(seed), lines_of(seed), thinking=seed % 2 == 0):
            text = "".join(TOKENS[token] for token in sequence)
            assert words(text, add_special_tokens=False)["input_ids"] == sequence


def test_every_token_encodes_to_itself_and_decodes_to_its_text(
    words: PreTrainedTokenizerFast,
) -> None:
    for token, number in ID.items():
        assert words(token, add_special_tokens=False)["input_ids"] == [number]
        assert words.decode([number]) == token


def test_text_outside_the_vocabulary_is_unknown(words: PreTrainedTokenizerFast) -> None:
    assert words("Zürich", add_special_tokens=False)["input_ids"] == [ID["[UNK]"]]


def test_thoughts_and_tool_calls_survive_the_removal_of_special_tokens(
    words: PreTrainedTokenizerFast,
) -> None:
    sequence = conversation(draw(1), lines_of(1), thinking=True)[1]
    shown = words.decode(sequence, skip_special_tokens=True)

    assert shown == "".join(TOKENS[token] for token in sequence[:-1])
    assert TOKENS[sequence[-1]] == "<|im_end|>"


@pytest.mark.parametrize("thinking", [True, False])
def test_a_request_becomes_the_prompt_of_the_training_data(
    words: PreTrainedTokenizerFast, thinking: bool
) -> None:
    boxes = boxes_of(3)
    settings = {} if thinking else {"thinking": False}

    text = words.apply_chat_template(
        [user_turn(boxes)], tools=TOOLS, add_generation_prompt=True, tokenize=False, **settings
    )

    expected = "".join(prompt_tokens(boxes, thinking=thinking))
    assert text.replace("<|media_pad|>", "<|media_pad|>" * 88) == expected


def test_a_conversation_goes_on_after_tool_results(words: PreTrainedTokenizerFast) -> None:
    call = {
        "id": "functions.write_file:0",
        "type": "function",
        "function": {"name": "write_file", "arguments": {"path": "a.html", "content": '<p>"é"\n'}},
    }
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "reasoning_content": " hero", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "functions.write_file:0", "content": "Written."},
    ]

    text = words.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)

    assert text == (
        "<|im_system|>system<|im_middle|>Be brief.<|im_end|>"
        "<|im_user|>user<|im_middle|>Hello<|im_end|>"
        "<|im_assistant|>assistant<|im_middle|><think> hero</think>"
        "<|tool_calls_section_begin|><|tool_call_begin|>functions.write_file:0"
        '<|tool_call_argument_begin|>{"path":"a.html","content":"<p>\\"é\\"\\n"}<|tool_call_end|>'
        "<|tool_calls_section_end|><|im_end|>"
        "<|im_system|>tool<|im_middle|>## Return of functions.write_file:0\nWritten.<|im_end|>"
        "<|im_assistant|>assistant<|im_middle|><think>"
    )
