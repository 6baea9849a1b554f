"""What the documents name exists."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FOLDERS = r"(?:webapp|workers|modelserver|frontend|tests|bench|docs|bin)"
MAKEFILE = ROOT / "Makefile"
HOUSE = ROOT / "CONTRIBUTING.md"


def text_of(document: Path) -> str:
    return document.read_text()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_in_code_marks_exists(document: Path) -> None:
    named = re.findall(rf"`({FOLDERS}/[\w./-]+)`", text_of(document))
    missing = [path for path in named if not (ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_test_that_is_named_exists(document: Path) -> None:
    named = re.findall(r"`(tests/[\w./-]+\.py)::(\w+)`", text_of(document))
    missing = [
        name
        for path, name in named
        if not re.search(rf"^(?:async )?def {name}\(", (ROOT / path).read_text(), re.MULTILINE)
    ]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text_of(document))
    missing = [link for link in links if not (document.parent / link).exists()]
    assert missing == []


def test_every_document_is_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {
        (index.parent / link).resolve() for link in re.findall(r"\]\(([^)#]+)\)", text_of(index))
    }
    folders = ("tutorial", "how-to", "reference", "explanation")
    written = {path for folder in folders for path in (ROOT / "docs" / folder).glob("*.md")}
    assert written - linked == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_make_target_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE.read_text(), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)", " ".join(code_of(document))))
    assert named <= targets


def code_of(document: Path) -> list[str]:
    """Fenced blocks and code marks."""
    text = text_of(document)
    return re.findall(r"```.*?```", text, re.DOTALL) + re.findall(r"`[^`\n]+`", text)


def test_every_room_of_the_house_exists() -> None:
    (plan,) = [block for block in code_of(HOUSE) if "webapp/studio/" in block and "```" in block]
    rooms = re.findall(rf"\b({FOLDERS}/[\w/]*)", plan)
    assert len(rooms) >= 12
    assert [room for room in rooms if not (ROOT / room).is_dir()] == []


def test_the_example_of_one_test_is_a_test() -> None:
    examples = re.findall(r"make test T=(\S+)::(\w+)", text_of(HOUSE))
    assert examples
    for path, name in examples:
        assert f"def {name}(" in (ROOT / path).read_text()


def test_make_help_lists_every_command() -> None:
    shown = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    (phony,) = re.findall(r"^\.PHONY: ((?:.*\\\n)*.*)", MAKEFILE.read_text(), re.MULTILINE)
    for command in phony.replace("\\", "").split():
        assert re.search(rf"^{command}\s", shown, re.MULTILINE), command


@pytest.mark.parametrize(
    ("path", "suite"),
    [
        ("tests/docs/test_docs.py::test_x", ".venv/bin/python"),
        ("tests/modelserver/quant", ".venv-modelserver/bin/python"),
        ("tests/modelserver/gpu/test_x.py", ".venv-kernels/bin/python"),
    ],
)
def test_one_test_runs_in_the_environment_of_its_path(path: str, suite: str) -> None:
    ran = commands_of("test", f"T={path}")
    (pytest_call,) = [line for line in ran if "-m pytest" in line]
    assert pytest_call.startswith(suite)
    assert pytest_call.endswith(path)


@pytest.mark.parametrize("command", ["setup-dev", "check", "test-app", "dev"])
def test_the_app_is_checked_and_tested_without_the_model_server(command: str) -> None:
    assert not [
        line for line in commands_of(command) if "modelserver " in line or "kernels" in line
    ]


def test_the_whole_suite_begins_with_the_app() -> None:
    ran = "\n".join(commands_of("test"))
    steps = [ran.index(step) for step in ("bin/check", "pytest -n", "-m mypy", "gpu/pytest.ini")]
    assert steps == sorted(steps)


def commands_of(*arguments: str) -> list[str]:
    """What make would run."""
    shown = subprocess.run(
        ["make", "-n", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return shown.stdout.splitlines()
