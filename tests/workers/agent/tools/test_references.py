"""What a person gave to be read: whole, apart from the page, and never written."""

import re
from dataclasses import replace

import pytest

from tests.workers.agent.kit import Bench
from tests.workers.agent.tools.test_without_browser import text_of, use
from webapp.studio.events import FileRef
from workers.agent.protocols import Guideline
from workers.models.endpoint.guidelines import texts_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


def given(bench: Bench, *files: tuple[str, str]) -> Bench:
    """With such rules."""
    guidelines = []
    for name, text in files:
        data = text.encode()
        ref = FileRef(path=name, sha256=bench.blobs.put(data), size=len(data))
        guidelines.append(Guideline("rules", ref, text))
    bench.task = bench.context.task = replace(bench.task, guidelines=tuple(guidelines))
    return bench


async def test_rules_are_read_by_lines_as_a_file_is(bench: Bench) -> None:
    given(bench, ("DESIGN.md", "Buttons\nare blue.\n"))
    read = await use(bench, "read_file", path=".references/DESIGN.md", first_line=2)
    assert text_of(read) == ".references/DESIGN.md, 2 lines:\n2\tare blue."


async def test_what_was_cut_is_read_from_where_the_note_says(bench: Bench) -> None:
    text = "\n".join(f"Rule {number}: {'blue' * (number % 9)}" for number in range(400))
    given(bench, ("DESIGN.md", text))
    shown, _, note = next(texts_of(bench.task, 10_000)).partition("\n… the rest")
    path, line, column = re.findall(r"`(\.\S+)`, first_line (\d+), first_column (\d+)", note)[0]
    read = await use(bench, "read_file", path=path, first_line=int(line), first_column=int(column))
    lines = text_of(read).splitlines()[1:]
    rest = "\n".join(one.partition("\t")[2] for one in lines)
    assert f"{shown}{rest}".endswith(f"after the person's own words.\n{text}")


async def test_they_are_listed_apart_and_are_no_part_of_the_page(bench: Bench) -> None:
    given(bench, ("DESIGN.md", "Blue."))
    apart = "No part of the page, given by the person to be read:\n.references/DESIGN.md\t5 bytes"
    empty = await use(bench, "list_files")
    assert text_of(empty) == f"There are no files yet.\n{apart}"
    await use(bench, "write_file", path="index.html", content="<p>")
    listed = await use(bench, "list_files")
    assert text_of(listed) == f"index.html\t3 bytes\n{apart}"
    assert listed.for_ui == "Listed 1 files"
    assert bench.workspace.list() == ("index.html",)


@pytest.mark.parametrize(
    ("tool", "more"),
    [
        ("write_file", {"content": "Red."}),
        ("edit_file", {"edits": [{"search": "Blue.", "replace": "Red."}]}),
    ],
)
async def test_nobody_writes_them(bench: Bench, tool: str, more: dict[str, object]) -> None:
    given(bench, ("DESIGN.md", "Blue."))
    refused = await use(bench, tool, path=".references/DESIGN.md", **more)
    assert not refused.ok
    assert "is the person's: it can be read, not written" in text_of(refused)
    read = await use(bench, "read_file", path=".references/DESIGN.md")
    assert text_of(read).endswith("1\tBlue.")
    assert bench.workspace.list() == ()


async def test_a_file_of_the_page_is_never_taken_for_one_of_them(bench: Bench) -> None:
    given(bench, ("DESIGN.md", "The person's"))
    for path in ("DESIGN.md", "references/DESIGN.md"):
        assert (await use(bench, "write_file", path=path, content="The page's")).ok
        assert text_of(await use(bench, "read_file", path=path)).endswith("1\tThe page's")
    # and a page can have no file where theirs are
    other = await use(bench, "write_file", path=".references/other.md", content="The page's")
    assert not other.ok


async def test_two_of_one_name_are_both_read(bench: Bench) -> None:
    given(bench, ("a.md", "one"), ("2-a.md", "two"), ("a.md", "three"), ("a.md", "four"))
    listed = text_of(await use(bench, "list_files")).splitlines()[2:]
    paths = [line.partition("\t")[0] for line in listed]
    told = [text_of(await use(bench, "read_file", path=path)) for path in paths]
    assert [one.rpartition("\t")[2] for one in told] == ["one", "two", "three", "four"]
