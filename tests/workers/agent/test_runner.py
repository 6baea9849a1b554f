"""One tool call: whatever goes wrong comes back as something a model can act on."""

import json
from typing import ClassVar

import pytest

from webapp.studio.events import TextPart, ToolCall
from workers.agent.errors import FATAL_CODES
from workers.agent.protocols import Params, Tool, ToolResult
from workers.agent.runner import run_call, specs

LONGEST_ARGUMENTS = 2_000_000  # characters
LONGEST_RESULT = 60_000


class Numbers(Params):
    number: int
    other: int = 0


class Lists(Params):
    numbers: tuple[Numbers, ...] = ()
    one: Numbers | None = None
    words: str = ""


class Fatal(Exception):
    code = sorted(FATAL_CODES)[0]


class Echo:
    """Says `answer`, or raises `error`."""

    name = "echo"
    description = "Says a number."
    params: ClassVar[type[Params]] = Numbers

    def __init__(self, answer: str = "", error: Exception | None = None) -> None:
        self.answer = answer
        self.error = error

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, Numbers)
        if self.error is not None:
            raise self.error
        text = self.answer or str(params.number)
        return ToolResult((TextPart(text=text),), for_ui="Said", ok=True)


class Lister:
    """Says the numbers it is given."""

    name = "lister"
    description = "Says numbers."
    params: ClassVar[type[Params]] = Lists

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, Lists)
        numbers = [*params.numbers, *([params.one] if params.one else [])]
        words = " ".join((*(str(one.number) for one in numbers), params.words))
        return ToolResult((TextPart(text=words),), for_ui="Said", ok=True)


async def answer_of(tool: Tool, arguments: str = '{"number": 7}', name: str = "echo") -> ToolResult:
    call = ToolCall(id="1", name=name, arguments=arguments)
    result, seconds = await run_call(call, {"echo": tool})
    assert 0 <= seconds < 5
    return result


def text_of(result: ToolResult) -> str:
    (part,) = result.for_model
    assert isinstance(part, TextPart)
    return part.text


async def test_a_call_gives_what_its_tool_says() -> None:
    result = await answer_of(Echo())
    assert (text_of(result), result.ok, result.for_ui) == ("7", True, "Said")


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("ehco", "{}", "Did you mean 'echo'? The tools are: echo."),
        ("xyz", "{}", "There is no tool 'xyz'. The tools are: echo."),
        ("echo", "{", "reached its output limit"),
        ("echo", '{"value": "a long tex', "break off after 21 characters"),
        ("echo", '{"value": "she said "no" twice"}', "not valid JSON"),
        ("echo", '["', "not valid JSON"),
        ("echo", "[" * 100_000, "not valid JSON"),
        ("echo", "", "do not fit echo: number: Field required"),
        ("echo", '{"number": "x", "other": "y"}', "; other: "),
        ("echo", "[]", "arguments: "),
    ],
)
async def test_a_wrong_call_is_told_what_is_wrong(name: str, arguments: str, says: str) -> None:
    result = await answer_of(Echo(), arguments, name)
    assert not result.ok
    assert says in text_of(result)
    assert text_of(result) == f"Error: {result.for_ui}"


async def test_arguments_are_taken_up_to_a_length() -> None:
    fits = '{"number": 7}'.ljust(LONGEST_ARGUMENTS)
    assert (await answer_of(Echo(), fits)).ok
    assert "too many" in text_of(await answer_of(Echo(), fits + " "))


@pytest.mark.parametrize(("error", "says"), [(OSError("full"), "full"), (OSError(" "), "OSError")])
async def test_a_tool_that_fails_says_so(error: Exception, says: str) -> None:
    result = await answer_of(Echo(error=error))
    assert (result.ok, text_of(result)) == (False, f"Error: echo failed: {says}")


@pytest.mark.parametrize("arguments", ["", " \n", "null", "{}"])
async def test_no_arguments_are_written_in_many_ways(arguments: str) -> None:
    assert (await answer_of(Lister(), arguments)).ok


async def test_a_list_that_is_written_into_a_string_is_read() -> None:
    arguments = {"numbers": '[{"number": 1}]', "one": '{"number": 2}', "words": "[3]"}
    result = await answer_of(Lister(), json.dumps(arguments))
    assert text_of(result) == "1 2 [3]"
    result = await answer_of(Lister(), json.dumps(arguments | {"numbers": "[1"}))
    assert "numbers" in text_of(result)
    assert not result.ok


async def test_what_no_model_can_mend_is_raised() -> None:
    with pytest.raises(Fatal):
        await answer_of(Echo(error=Fatal()))


async def test_a_long_result_is_cut_and_says_by_how_much() -> None:
    whole = await answer_of(Echo("x" * LONGEST_RESULT))
    assert text_of(whole) == "x" * LONGEST_RESULT
    cut = await answer_of(Echo("x" * LONGEST_RESULT + "yz"))
    assert text_of(cut) == "x" * LONGEST_RESULT + "\n… 2 characters left out"
    assert (cut.ok, cut.for_ui) == (True, "Said")


def test_a_model_reads_name_description_and_schema() -> None:
    (spec,) = specs({"echo": Echo()})
    assert (spec.name, spec.description) == ("echo", "Says a number.")
    assert spec.schema == Numbers.model_json_schema()


async def test_the_first_five_arguments_that_do_not_fit_are_named() -> None:
    wrong = {f"odd{number}": number for number in range(6)}
    said = text_of(await answer_of(Echo(), json.dumps({"number": 7, **wrong})))
    assert said.count("; ") == 4
    assert "odd4: " in said and "odd5" not in said


async def test_long_names_and_long_causes_are_cut() -> None:
    unknown = await answer_of(Echo(), name="x" * 200)
    assert f"There is no tool {'x' * 80!r}." in text_of(unknown)
    failing = await answer_of(Echo(error=OSError("y" * 3000)))
    assert text_of(failing) == f"Error: echo failed: {'y' * 2000}"
    assert failing.for_ui == f"echo failed: {'y' * 2000}"[:300]
