"""What the pages on variants and on the arena say is so."""

import json
import re
from argparse import ArgumentParser
from pathlib import Path

import pytest

from webapp.studio.api import api
from webapp.studio.arenas import ArenaTable
from webapp.studio.bodies import NewProject
from webapp.studio.services.arenas import MOST_CONTESTANTS
from webapp.studio.services.variants import FEWEST, MOST
from workers.management.command_line import FAILED, STOPPED, WRONG_INPUT
from workers.management.commands.arena import Command

ROOT = Path(__file__).parents[2]
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six")
ARENA = (ROOT / "docs/how-to/arena.md").read_text()
VARIANTS = (ROOT / "docs/how-to/variants.md").read_text()
SOURCES = "\n".join(path.read_text() for path in (ROOT / "frontend/src/features").rglob("*.tsx"))


def example(page: str) -> str:
    (found,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    return str(found)


def test_the_options_are_those_of_the_command() -> None:
    parser = ArgumentParser()
    Command().add_arguments(parser)
    options = {name for action in parser._actions for name in action.option_strings}
    told = set(re.findall(r"^\| `(--[a-z]+)", ARENA, re.MULTILINE))
    assert told == options - {"-h", "--help"}
    assert f"up to {NUMBERS[MOST_CONTESTANTS]}" in ARENA


def test_the_exit_codes_are_those_of_the_command() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", ARENA, re.MULTILINE)}
    assert told == {0, FAILED, WRONG_INPUT, STOPPED}


def test_the_table_of_the_example_has_every_field() -> None:
    data = json.loads(example(ARENA))
    table = ArenaTable.model_validate(data)
    assert set(data) == set(ArenaTable.model_fields)
    shown = json.loads(table.model_dump_json())
    assert [set(row) for row in data["rows"]] == [set(row) for row in shown["rows"]]
    assert set(data["rows"][0]["cells"][0]) == set(shown["rows"][0]["cells"][0])
    assert set(data["means"][0]) == set(shown["means"][0])
    assert set(data["rounds"][0]) == set(shown["rounds"][0])


def test_a_project_of_variants_is_asked_for_as_the_page_says() -> None:
    assert len(NewProject.model_validate_json(example(VARIANTS)).variants) == FEWEST
    assert f"{NUMBERS[FEWEST]} to {NUMBERS[MOST]} takes" in VARIANTS


@pytest.mark.parametrize("page", [ARENA, VARIANTS], ids=["arena", "variants"])
def test_every_address_is_in_the_api(page: str) -> None:
    paths = {
        re.sub(r"{\w+}", "<id>", path)
        for path in api.get_openapi_schema(path_prefix="/api/")["paths"]
    }
    told = re.findall(r"/api/[a-z/<>]+", page)
    assert told
    assert [path for path in told if path not in paths] == []


@pytest.mark.parametrize("page", [ARENA, VARIANTS], ids=["arena", "variants"])
def test_every_button_is_in_the_interface(page: str) -> None:
    named = [name for name in re.findall(r"\*\*([^*]+)\*\*", page) if name[0].isupper()]
    assert named
    assert [name for name in named if " ".join(name.split()) not in SOURCES] == []
