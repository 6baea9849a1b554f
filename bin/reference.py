"""Write docs/reference from the code: settings, tools, messages. `--check` fails if it is stale."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

from webapp.environment import BASE_DIR, SECRETS, Environment, variable_of  # noqa: E402  the path comes first
from webapp.studio.messages import MESSAGES  # noqa: E402
from workers.agent.tools.registry import TOOLS  # noqa: E402

HEADER = "<!-- Written by bin/reference.py; change the code instead. -->\n"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def settings() -> str:
    rows = []
    for name, field in Environment.model_fields.items():
        default = str(field.get_default(call_default_factory=True)).replace(str(BASE_DIR), ".")
        shown = f"`{default}`" if default else "–"
        rows.append((f"`{variable_of(name, field)}`", shown, field.description or ""))
    return (
        f"# Settings\n\n{HEADER}\n"
        "Every variable that the service reads, checked when a process starts; a wrong value stops "
        "it with a\nsentence. `DATABASE_URL` and `REDIS_URL` also work without the prefix.\n\n"
        "A secret may lie in a file instead, as containers are given theirs; its path goes into "
        "the variable of the\nsame name and `_FILE`: "
        + ", ".join(f"`{variable_of(name, Environment.model_fields[name])}`" for name in SECRETS)
        + ".\n\n"
        + table(("variable", "default", "set it to"), rows)
    )


def messages() -> str:
    rows = ((f"`{code}`", message.text, message.hint) for code, message in MESSAGES.items())
    return (
        f"# Messages\n\n{HEADER}\nEvery code an error may carry, in answers of the API as "
        "`{code, message, hint}` and in `run_failed` events.\n\n"
        + table(("code", "what happened", "what to do"), rows)
    )


def tools() -> str:
    parts = [f"# Tools\n\n{HEADER}\nWhat a model may call, in the words it reads.\n"]
    for name, tool in TOOLS.items():
        properties = tool.params.model_json_schema().get("properties", {})
        names = ", ".join(f"`{key}`" for key in properties) or "none"
        parts.append(f"\n## {name}\n\n{tool.description.strip()}\n\nParameters: {names}.\n")
    return "".join(parts)


PAGES = {"settings.md": settings, "messages.md": messages, "tools.md": tools}


def main(check: bool) -> int:
    folder = ROOT / "docs" / "reference"
    stale = []
    for name, write in PAGES.items():
        path, text = folder / name, write()
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text)
    if check and stale:
        print(f"stale: {', '.join(stale)}; run .venv/bin/python bin/reference.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
