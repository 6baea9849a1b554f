"""Size budgets: a module or function over its budget fails the check, with its place and size."""

import ast
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MODULE_LINES = 400
MEDIAN_MODULE_LINES = 100
FUNCTION_LINES = 50
SHORT_FUNCTION_LINES = 30
SHORT_FUNCTIONS_SHARE = 0.9
CONSTRUCTOR_ARGUMENTS = 5
SMALLER_MODULES = {"workers/agent/loop.py": 250}
GENERATED = (
    "webapp/studio/migrations/",
    "frontend/src/protocol/api.ts",
    "frontend/src/protocol/events.ts",
)
OUTSIDE = ("tests/", *GENERATED)


@dataclass(frozen=True)
class Function:
    place: str
    lines: int
    constructor_arguments: int


def functions_of(path: Path) -> list[Function]:
    """Every function in a module. Lines are counted without the docstring."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
        lines = (node.end_lineno or node.lineno) - body[0].lineno + 1
        arguments = len(node.args.args) + len(node.args.kwonlyargs) - 1
        place = f"{path}:{node.lineno} {node.name}"
        found.append(Function(place, lines, arguments if node.name == "__init__" else 0))
    return found


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [Path(line) for line in listed.stdout.splitlines() if not line.startswith(OUTSIDE)]
    return [path for path in paths if path.exists()]


def problems() -> list[str]:
    found = []
    python = tracked("*.py")
    sizes = {
        path: len(path.read_text().splitlines())
        for path in [*python, *tracked("*.ts", "*.tsx", "*.cpp", "*.cu", "*.cuh", "*.h")]
    }
    for path, lines in sizes.items():
        budget = SMALLER_MODULES.get(str(path), MODULE_LINES)
        if lines > budget:
            found.append(f"{path}: {lines} lines, budget {budget}")
    median = statistics.median(lines for lines in sizes.values() if lines > 0)
    if median > MEDIAN_MODULE_LINES:
        found.append(f"the median module has {median:.0f} lines, budget {MEDIAN_MODULE_LINES}")
    functions = [function for path in python for function in functions_of(path)]
    for function in functions:
        if function.lines > FUNCTION_LINES:
            found.append(f"{function.place}: {function.lines} lines, budget {FUNCTION_LINES}")
        if function.constructor_arguments > CONSTRUCTOR_ARGUMENTS:
            found.append(
                f"{function.place}: {function.constructor_arguments} constructor arguments"
            )
    short = sum(function.lines <= SHORT_FUNCTION_LINES for function in functions) / len(functions)
    if short < SHORT_FUNCTIONS_SHARE:
        found.append(f"{short:.0%} of functions are short, budget {SHORT_FUNCTIONS_SHARE:.0%}")
    return found


if __name__ == "__main__":
    over = problems()
    print("\n".join(over), file=sys.stderr, end="\n" if over else "")
    sys.exit(bool(over))
