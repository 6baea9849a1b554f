"""Runs one tool call: arguments checked, errors turned into results the model can act on."""

import difflib
import json
import logging
import time
from collections.abc import Mapping

from pydantic import ValidationError

from webapp.studio.events import Part, TextPart, ToolCall
from workers.agent.errors import FATAL_CODES, code_of
from workers.agent.protocols import Params, Tool, ToolResult, ToolSpec
from workers.agent.transcript import read_arguments

MAX_ARGUMENTS = 2_000_000  # characters
MAX_RESULT = 60_000  # characters of one text part

IN_A_STRING = {"tuple_type", "list_type", "model_type", "dict_type"}  # what may be written so

logger = logging.getLogger(__name__)


class InvalidCall(Exception):
    """The call names no tool, or its arguments are not what the tool takes."""


async def run_call(call: ToolCall, tools: Mapping[str, Tool]) -> tuple[ToolResult, float]:
    """The result of a call and its seconds. Raises only what no model can mend (FATAL_CODES)."""
    started = time.monotonic()
    try:
        tool = _find(call.name, tools)
        result = await tool(_parse(call.arguments, tool))
    except InvalidCall as error:
        result = failed(str(error))
    except Exception as error:
        if code_of(error) in FATAL_CODES:
            raise
        logger.warning("%s failed", call.name, exc_info=error)
        result = failed(f"{call.name} failed: {str(error).strip()[:2000] or type(error).__name__}")
    return _clip(result), time.monotonic() - started


def failed(reason: str) -> ToolResult:
    """The result of a call that could not be done."""
    return ToolResult((TextPart(text=f"Error: {reason}"),), for_ui=reason[:300], ok=False)


def specs(tools: Mapping[str, Tool]) -> tuple[ToolSpec, ...]:
    """The tools as a model reads them."""
    return tuple(
        ToolSpec(name, tool.description, tool.params.model_json_schema())
        for name, tool in tools.items()
    )


def _find(name: str, tools: Mapping[str, Tool]) -> Tool:
    if name in tools:
        return tools[name]
    near = difflib.get_close_matches(name, tools, n=1)
    guess = f" Did you mean {near[0]!r}?" if near else ""
    raise InvalidCall(f"There is no tool {name[:80]!r}.{guess} The tools are: {', '.join(tools)}.")


def _parse(arguments: str, tool: Tool) -> Params:
    if len(arguments) > MAX_ARGUMENTS:
        raise InvalidCall(f"The arguments have {len(arguments)} characters: too many. Write less.")
    try:
        value = read_arguments(arguments)
    except (ValueError, RecursionError) as error:
        if _breaks_off(error):
            raise InvalidCall(
                f"The arguments break off after {len(arguments)} characters: the answer probably"
                " reached its output limit. Write less in one call: a long file in parts, with"
                " edit_file."
            ) from error
        raise InvalidCall(f"The arguments are not valid JSON: {error}") from error
    try:
        return _fit(value, tool)
    except ValidationError as error:
        raise InvalidCall(f"The arguments do not fit {tool.name}: {_problems(error)}") from error


def _fit(value: object, tool: Tool) -> Params:
    """Raises ValidationError. Some models write a list or an object into a string."""
    try:
        return tool.params.model_validate(value)
    except ValidationError as error:
        told = dict(value) if isinstance(value, dict) else {}
        for problem in error.errors(include_url=False):
            name, text = problem["loc"][0] if problem["loc"] else "", problem["input"]
            if problem["type"] in IN_A_STRING and isinstance(text, str) and told.get(name) == text:
                told[name] = _read_or_keep(text)
        if told in (value, {}):
            raise
        return tool.params.model_validate(told)


def _read_or_keep(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _breaks_off(error: Exception) -> bool:
    """Whether the arguments are the beginning of a JSON object."""
    if not isinstance(error, json.JSONDecodeError) or not error.doc.lstrip().startswith("{"):
        return False
    return error.msg.startswith("Unterminated string") or error.pos >= len(error.doc.rstrip())


def _problems(error: ValidationError) -> str:
    problems = (
        f"{'.'.join(str(step) for step in problem['loc']) or 'arguments'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)[:5]
    )
    return "; ".join(problems)


def _clip(result: ToolResult) -> ToolResult:
    parts = tuple(_clip_part(part) for part in result.for_model)
    return ToolResult(parts, result.for_ui, result.ok, result.events, result.finished)


def _clip_part(part: Part) -> Part:
    if not isinstance(part, TextPart) or len(part.text) <= MAX_RESULT:
        return part
    left_out = len(part.text) - MAX_RESULT
    return TextPart(text=f"{part.text[:MAX_RESULT]}\n… {left_out} characters left out")
