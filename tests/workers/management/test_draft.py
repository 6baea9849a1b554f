"""The command `draft`, as a person runs it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from PIL import Image

from tests.workers.jobs.conftest import ROOT, small_mockup
from tests.workers.management.kit import PRICE, run_command
from tests.workers.models.stand_in import calls, stand_in
from webapp.serving.local_user import local_user
from webapp.studio import services
from webapp.studio.events import Deviation
from webapp.studio.parameters import EndpointParameters
from workers.agent.errors import ModelFailed
from workers.agent.protocols import Blobs, Chunk, ToolSpec, Transcript
from workers.models.simulated.scripted import ScriptedModel
from workers.scoring import Comparison, PageView
from workers.scoring import compare as really_compare


def draft(*arguments: object) -> tuple[int, str, str]:
    return run_command("draft", *arguments)


@pytest.fixture
def mockup(tmp_path: Path) -> Path:
    path = tmp_path / "mockup.png"
    path.write_bytes(small_mockup())
    return path


def test_one_mockup_becomes_a_page_a_comparison_and_a_report(mockup: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "manage.py", "draft", str(mockup), "--out", str(out), "--json"],
        cwd=ROOT,
        env={**os.environ, "MOCKWRIGHT_DATA": str(tmp_path), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads((out / "report.json").read_text())
    assert json.loads(done.stdout) == report
    assert "style.css" in (out / "index.html").read_text()
    assert (out / "style.css").is_file()
    with Image.open(out / "compare.png") as picture:
        assert picture.width > 3 * 320
    assert report["model"]["id"] == "draft"
    assert report["score"] > 0.8
    assert report["score"] == max(one["score"] for one in report["revisions"])
    assert set(report["parts"]) == {"block", "text", "position", "colour", "structure"}
    assert report["seconds"]["total"] > report["seconds"]["first_revision"] > 0
    assert report["files"]
    assert all(one["cost"] >= 0 for one in report["differences"])


def test_files_and_folders_each_get_a_folder_of_their_own(mockup: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a.png", "mockup.png"):
        (folder / name).write_bytes(small_mockup())
    (folder / "notes.txt").write_text("not a picture")
    out = tmp_path / "out"
    code, stdout, _ = draft(mockup, folder, "--out", out, "--model", "scripted", "--json")
    assert code == 0
    assert sorted(path.name for path in out.iterdir()) == ["a", "mockup", "mockup-2"]
    assert all((path / "index.html").is_file() for path in out.iterdir())
    assert [report["name"] for report in json.loads(stdout)] == ["mockup", "a", "mockup"]


def test_one_bad_picture_does_not_keep_the_others_from_their_page(
    mockup: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"not a picture")
    out = tmp_path / "out"
    code, _, stderr = draft(bad, mockup, "--out", out, "--model", "scripted")
    assert code == 2
    assert "bad.png: This file is not a picture." in stderr
    assert "1 of 2 pages were made" in stderr
    assert (out / "mockup" / "index.html").is_file()


def test_an_unknown_stack_is_named_with_those_there_are(mockup: Path, tmp_path: Path) -> None:
    code, _, stderr = draft(mockup, "--out", tmp_path / "out", "--stack", "cobol")
    assert (code, "html-css" in stderr) == (2, True)


def test_an_unknown_model_is_named_with_those_there_are(mockup: Path, tmp_path: Path) -> None:
    code, _, stderr = draft(mockup, "--out", tmp_path / "out", "--model", "gpt-0")
    assert (code, "draft" in stderr) == (2, True)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    code, _, stderr = draft(tmp_path / "missing.png", "--out", tmp_path / "out")
    assert (code, "missing.png" in stderr) == (2, True)


def test_a_folder_without_pictures_is_named(tmp_path: Path) -> None:
    code, _, stderr = draft(tmp_path, "--out", tmp_path / "out")
    assert (code, str(tmp_path) in stderr) == (2, True)


def test_an_output_that_is_a_file_is_refused(mockup: Path) -> None:
    code, _, stderr = draft(mockup, "--out", mockup)
    assert (code, "not a folder" in stderr) == (2, True)


def test_a_machine_without_a_browser_is_told_how_to_get_one(
    mockup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYWRIGHT_CHROMIUM", "/nowhere/chromium")
    code, _, stderr = draft(mockup, "--out", tmp_path / "out")
    assert (code, "make setup" in stderr) == (2, True)


def test_the_scale_given_is_the_scale_of_the_page(mockup: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert draft(mockup, "--out", out, "--scale", "2", "--model", "scripted")[0] == 0
    assert json.loads((out / "report.json").read_text())["scale"] == 2


def test_a_run_that_makes_no_page_exits_with_1(
    mockup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKWRIGHT_RUN_SECONDS", "0.001")
    code, _, stderr = draft(mockup, "--out", tmp_path / "out")
    assert code == 1
    assert "(budget)" in stderr and "MOCKWRIGHT_RUN_SECONDS" in stderr


def test_each_page_is_told_in_a_line(mockup: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.png").write_bytes(small_mockup())
    out = tmp_path / "out"
    code, stdout, stderr = draft(mockup, folder, "--out", out, "--model", "scripted")
    assert (code, stderr) == (0, "")
    first, second = (line.split(" · ") for line in stdout.splitlines())
    report = json.loads((out / "mockup" / "report.json").read_text())
    assert first[:2] == ["mockup", f"{report['score']:.1%}"]
    assert first[2].startswith("worst: ")
    assert first[3:] == ["the model was done", str(out / "mockup")]
    assert (second[0], second[-1]) == ("a", str(out / "a"))


def test_the_worst_difference_is_told_and_all_are_reported(
    mockup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def named(wanted: PageView, render: PageView, deviations: Sequence[Deviation]) -> Comparison:
        found = really_compare(wanted, render, deviations)
        score = found.score.model_copy(update={"differences": (PRICE,)})
        return Comparison(score, found.heat_map)

    monkeypatch.setattr("workers.agent.tools.compare.compare", named)
    out = tmp_path / "out"
    _, stdout, _ = draft(mockup, "--out", out, "--model", "scripted")
    assert 'worst: text "$9" size: 18 px, mockup 34 px' in stdout
    (told,) = json.loads((out / "report.json").read_text())["differences"]
    assert told["box"] == PRICE.rect.model_dump()
    assert (told["kind"], told["selector"]) == ("size", PRICE.selector)


class BreaksOff(ScriptedModel):
    """Fails in its second turn: after the first revision."""

    async def turn(
        self, transcript: Transcript, tools: tuple[ToolSpec, ...], blobs: Blobs
    ) -> AsyncIterator[Chunk]:
        if transcript.turns:
            raise ModelFailed("The endpoint broke off.")
        async for chunk in super().turn(transcript, tools, blobs):
            yield chunk


@pytest.fixture
def model_that_breaks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.management.commands.draft.make_model", lambda *_: BreaksOff())


@pytest.mark.usefixtures("model_that_breaks_off")
def test_a_run_that_fails_after_a_revision_keeps_it_and_exits_with_1(
    mockup: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    code, stdout, stderr = draft(mockup, "--out", out)
    report = json.loads((out / "report.json").read_text())
    assert (code, stdout) == (1, "")
    assert stderr == (
        f"{mockup}: The model could not go on. The endpoint broke off. "
        f"Revision 1, {report['score']:.1%}, is in {out}.\n"
        "1 of 1 pages were made, 1 of them by a run that failed."
    )
    assert report["stop_reason"] == "model_failed"
    assert (out / "index.html").is_file() and (out / "compare.png").is_file()


@pytest.mark.usefixtures("model_that_breaks_off")
def test_json_of_a_run_that_failed_is_json_alone(mockup: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, stdout, _ = draft(mockup, "--out", out, "--json")
    assert code == 1
    assert json.loads(stdout) == json.loads((out / "report.json").read_text())


def test_a_page_that_cannot_be_written_is_told(mockup: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "index.html").mkdir(parents=True)
    code, _, stderr = draft(mockup, "--out", out, "--model", "scripted")
    assert code == 1
    assert "index.html" in stderr and "0 of 1 pages were made." in stderr


@pytest.mark.usefixtures("installation")
def test_a_model_that_was_added_in_the_interface_is_named_by_its_label(
    mockup: Path, tmp_path: Path
) -> None:
    page = {"path": "index.html", "content": "<!doctype html><title>Hi</title><h1>Hi</h1>"}
    replies = (
        calls(("write_file", page), ("compare", {})),
        calls(("finish", {"summary": "Done."}), first=2),
    )
    out = tmp_path / "out"
    with stand_in(*replies) as server:
        parameters = EndpointParameters(label="Kimi", url=server.url, name="kimi-k2.5", key="sk-1")
        services.create_endpoint(local_user(), parameters)
        kimi = ("--model", "endpoint:Kimi", "--thinking", "off")
        code, _, stderr = draft(mockup, "--out", out, *kimi)
    assert code == 0, stderr
    assert server.requests[0]["chat_template_kwargs"] == {"thinking": False}
    report = json.loads((out / "report.json").read_text())
    assert report["model"]["settings"]["model"] == "kimi-k2.5"
    assert server.keys[0] == "Bearer sk-1"

    code, _, stderr = draft(mockup, "--out", out, "--model", "endpoint:Kim")
    assert (code, stderr) == (2, "No model is called “Kim” here. There is endpoint:Kimi.")
    code, _, stderr = draft(mockup, "--out", out, "--thinking", "low")
    assert (code, "--thinking is for an endpoint" in stderr) == (2, True)


WRITTEN = {"path": "index.html", "edits": [{"search": "Old", "replace": "Hello"}]}


def site(folder: Path) -> Path:
    (folder / "node_modules" / "x").mkdir(parents=True)
    (folder / "node_modules" / "x" / "aux.js").write_text("")
    (folder / "index.html").write_text("<!doctype html><p>Old")
    (folder / "about.html").write_text("<!doctype html><p>About")
    return folder


@pytest.mark.parametrize("packed", [False, True])
def test_rules_tokens_and_a_base_go_to_a_model_that_reads_words(
    mockup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    rules, tokens = tmp_path / "DESIGN.md", tmp_path / "brand.tokens"
    rules.write_text("Buttons are blue.")
    tokens.write_text('{"brand": "#5b5bd6"}')
    base = site(tmp_path / "site")
    if packed:
        base = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path, "site"))
    out = tmp_path / "out"
    replies = (calls(("edit_file", WRITTEN)), calls(("finish", {})))
    with stand_in(*replies) as server:
        monkeypatch.setenv("MOCKWRIGHT_MODEL_URL", server.url)
        monkeypatch.setenv("MOCKWRIGHT_MODEL_NAME", "kimi-k2.5")
        code, _, told = draft(
            *(mockup, "--out", out, "--model", "endpoint"),
            *("--rules", rules, "--tokens", tokens, "--base", base),
        )
    assert (code, told) == (0, "")
    task = json.dumps(server.requests[0]["messages"][1])
    assert "DESIGN.md. They hold" in task and "Buttons are blue." in task
    assert "brand.tokens" in task and "#5b5bd6" in task
    assert "about.html" in task and "aux.js" not in task
    assert (out / "index.html").read_text() == "<!doctype html><p>Hello"
    assert (out / "about.html").is_file()


def test_the_last_revision_is_written_where_rules_outrank_the_score(
    mockup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "DESIGN.md").write_text("Pages are white.")
    pages = [
        {"path": "index.html", "content": f"<!doctype html><title>Page</title><style>{css}</style>"}
        for css in ("html{background:#000}", "")
    ]
    replies = (
        *(calls(("write_file", page), ("compare", {})) for page in pages),
        calls(("finish", {})),
    )
    out = tmp_path / "out"
    with stand_in(*replies) as server:
        monkeypatch.setenv("MOCKWRIGHT_MODEL_URL", server.url)
        monkeypatch.setenv("MOCKWRIGHT_MODEL_NAME", "kimi-k2.5")
        code, _, told = draft(
            *(mockup, "--out", out, "--model", "endpoint", "--rules", tmp_path / "DESIGN.md")
        )
    assert (code, told) == (0, "")
    report = json.loads((out / "report.json").read_text())
    first, last = (one["score"] for one in report["revisions"])
    assert first > last == report["score"]
    assert "#000" not in (out / "index.html").read_text()


@pytest.mark.parametrize(
    ("option", "name", "content", "told"),
    [
        ("--rules", "DESIGN.md", b"\xff", "not UTF-8 text"),
        ("--tokens", "tokens.json", b"{", "Line 1, column 2"),
        ("--base", "site.zip", b"no zip", "not a zip"),
        ("--rules", "none.md", None, "There is no"),
    ],
)
def test_what_is_given_and_cannot_be_used_is_refused(
    mockup: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    name: str,
    content: bytes | None,
    told: str,
) -> None:
    monkeypatch.setenv("MOCKWRIGHT_MODEL_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("MOCKWRIGHT_MODEL_NAME", "kimi-k2.5")
    if content is not None:
        (tmp_path / name).write_bytes(content)
    out = tmp_path / "out"
    code, _, said = draft(mockup, "--out", out, "--model", "endpoint", option, tmp_path / name)
    assert code == 2
    assert told in said and name in said


def test_the_built_in_model_takes_no_rules(mockup: Path, tmp_path: Path) -> None:
    rules = tmp_path / "DESIGN.md"
    rules.write_text("Blue.")
    code, _, told = draft(mockup, "--out", tmp_path / "out", "--rules", rules)
    assert code == 2
    assert "a model that reads words" in told


def test_a_draft_in_react_is_a_project_and_scores_as_the_page_of_it(
    mockup: Path, tmp_path: Path
) -> None:
    code, said, _ = draft(mockup, "--out", tmp_path / "out", "--stack", "react", "--json")
    assert code == 0
    report = json.loads(said)
    assert report["score"] > 0.8
    written = {file["path"] for file in report["files"]}
    assert {"index.html", "package.json", "vite.config.ts", "src/App.tsx"} <= written
    assert "export function App()" in (tmp_path / "out" / "src" / "App.tsx").read_text()
    assert not (tmp_path / "out" / "index.js").exists()


def test_a_stack_that_is_not_there_is_refused_with_those_that_are(
    mockup: Path, tmp_path: Path
) -> None:
    code, _, complaint = draft(mockup, "--out", tmp_path / "out", "--stack", "svelte")
    assert code != 0
    assert "html-css, html-tailwind, react, vue" in complaint
