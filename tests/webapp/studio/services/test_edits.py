"""What a person changes of a revision: kept, refused with a cause, and the result."""

import io
from collections.abc import Mapping

import pytest
from PIL import Image

from tests.webapp.record import claimed_run, revision, started
from tests.webapp.studio.services.test_store import path_of
from webapp.studio import queries, services
from webapp.studio.errors import BadRequest, Conflict, NotFound, ServiceError
from webapp.studio.events import RunFinished
from webapp.studio.inspector import ElementChange
from webapp.studio.models import Run, WaitingMessage
from webapp.studio.page_files import MAX_FILE
from webapp.studio.parameters import MAX_WORDS, CommandParameters
from webapp.studio.run_file import run_file
from webapp.studio.storage import blobs

pytestmark = pytest.mark.usefixtures("installation")

PAGE, STYLE = b"<p>Hello", b"p { margin: 0 }"


@pytest.fixture
def ended() -> str:
    """A run of the built-in model, which reads no words, with one revision."""
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    files = {"index.html": PAGE, "style.css": STYLE, "logo.png": b"\x89PNG"}
    services.append_event(run_id, lease, revision(1, files, 0.9))
    services.append_event(run_id, lease, RunFinished(reason="finished", best_revision=1))
    return run_id


def test_an_edit_waits_for_a_worker_and_is_taken_once(ended: str) -> None:
    services.edit_revision(ended, 1, {"index.html": "<p>Bye", "style.css": STYLE.decode()})
    run = queries.run_by_id(ended)
    assert run.state == Run.State.QUEUED
    assert queries.waiting_messages(ended) == ()  # it is no words
    (edit,) = queries.waiting_edits(ended)
    assert [file.path for file in edit.files] == ["index.html"]  # the other is as it was
    assert blobs().get(edit.files[0].sha256) == b"<p>Bye"
    lease = services.claim_run(ended)
    services.append_event(ended, lease, edit)
    assert queries.waiting_edits(ended) == ()
    assert queries.blob(run, edit.files[0].sha256)
    (taken,) = run_file(run).edited  # who does the run over again has it too
    assert (taken.path, taken.content) == ("index.html", b"<p>Bye")


def test_the_persons_revision_is_the_result_whatever_its_score(ended: str) -> None:
    services.edit_revision(ended, 1, {"index.html": "<p>Bye"})
    lease = services.claim_run(ended)
    (edit,) = queries.waiting_edits(ended)
    services.append_event(ended, lease, edit)
    mine = revision(2, {"index.html": b"<p>Bye"}, 0.4).model_copy(update={"author": "person"})
    services.append_event(ended, lease, mine)
    services.append_event(ended, lease, RunFinished(reason="finished", best_revision=1))
    run = queries.run_by_id(ended)
    assert (run.result_score, run.best_revision, run.score) == (0.4, 1, 0.9)
    assert run.result_revision == 2


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "edit_empty"),
        ({"index.html": PAGE.decode()}, "edit_empty"),
        ({"logo.png": "text"}, "edit_refused"),
        ({"../secret.html": "text"}, "edit_refused"),
        ({".htaccess": "text"}, "edit_refused"),
        ({"Index.html": "text"}, "edit_refused"),
        ({"index.html": "x" * (MAX_FILE + 1)}, "edit_refused"),
        ({"new.html": "text", "New.html": "text"}, "edit_refused"),
        ({"caf\u00e9.html": "text", "cafe\u0301.html": "text"}, "edit_refused"),
        ({"new.html": "text", "./new.html": "other text"}, "edit_refused"),
        ({"new.html": "text", "new.html/a.css": "text"}, "edit_refused"),
        ({"index.html/a.css": "text"}, "edit_refused"),
        ({f"{number}.css": "p {}" for number in range(198)}, "edit_refused"),
    ],
)
def test_what_is_refused_is_named_and_leaves_nothing(
    ended: str, files: Mapping[str, str], code: str
) -> None:
    with pytest.raises(BadRequest) as refusal:
        services.edit_revision(ended, 1, files)
    assert refusal.value.code == code
    assert not WaitingMessage.objects.exists()
    assert queries.run_by_id(ended).ended


def test_edits_that_make_the_page_too_large_together_are_refused() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    files = {f"{number}.css": bytes([number]) * MAX_FILE for number in range(7)}
    services.append_event(run_id, lease, revision(1, {"index.html": PAGE, **files}, 0.9))
    services.append_event(run_id, lease, RunFinished(reason="finished", best_revision=1))
    with pytest.raises(BadRequest) as refusal:
        services.edit_revision(run_id, 1, {"more.css": "x" * MAX_FILE})
    assert "All files would have" in refusal.value.detail
    assert services.edit_revision(run_id, 1, {"6.css": "x" * MAX_FILE}).state == Run.State.QUEUED


def test_a_plain_command_is_an_edit_with_its_words(ended: str) -> None:
    services.command_revision(ended, 1, CommandParameters(" remove “Hello” "))
    (edit,) = queries.waiting_edits(ended)
    assert (edit.command, [file.path for file in edit.files]) == ("remove “Hello”", ["index.html"])
    assert blobs().get(edit.files[0].sha256) == b""
    assert queries.waiting_messages(ended) == ()  # no model is spoken to
    lease = services.claim_run(ended)
    services.append_event(ended, lease, edit)
    assert queries.events_after(ended)[-1].event == edit


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (CommandParameters("  "), "message_empty"),
        (CommandParameters("x" * (MAX_WORDS + 1)), "prompt_too_long"),
        (CommandParameters("make it pop"), "command_unknown"),
        (CommandParameters("green"), "command_target"),
        (CommandParameters("table green"), "command_target"),
        (CommandParameters("remove", page="logo.png"), "command_target"),
        (CommandParameters("wider", selector="p"), "command_refused"),
    ],
)
def test_a_command_that_is_refused_changes_nothing(
    ended: str, asked: CommandParameters, code: str
) -> None:
    with pytest.raises(BadRequest) as refusal:
        services.command_revision(ended, 1, asked)
    assert refusal.value.code == code
    assert not WaitingMessage.objects.exists()
    assert queries.run_by_id(ended).ended


def test_a_command_about_what_is_not_there_is_not_found(ended: str) -> None:
    with pytest.raises(NotFound):
        services.command_revision(ended, 2, CommandParameters("dark mode"))
    run = queries.run_by_id(ended)
    path_of(queries.revision(run, 1).files["style.css"]).unlink()
    with pytest.raises(NotFound):
        services.command_revision(ended, 1, CommandParameters("dark mode"))


def test_a_new_file_can_be_added(ended: str) -> None:
    services.edit_revision(ended, 1, {"js/app.js": "let a"})
    assert [file.path for file in queries.waiting_edits(ended)[0].files] == ["js/app.js"]


def test_a_revision_that_is_not_there_is_not_found(ended: str) -> None:
    with pytest.raises(NotFound):
        services.edit_revision(ended, 2, {"index.html": "<p>Bye"})


def test_a_run_at_work_is_not_edited() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    services.append_event(run_id, lease, revision(1, {"index.html": PAGE}, 0.9))
    with pytest.raises(Conflict):
        services.edit_revision(run_id, 1, {"index.html": "<p>Bye"})


def png() -> io.BytesIO:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 3), "navy").save(buffer, "PNG")
    buffer.seek(0)
    return buffer


def test_an_element_is_changed_as_by_hand(ended: str) -> None:
    asked = ElementChange("index.html", "p", text="Bye", properties={"color": "red"})
    services.change_element(ended, 1, asked)
    (edit,) = queries.waiting_edits(ended)
    assert (edit.command, edit.inspected) == ("", "p: “Bye”, color red")
    written = {file.path: blobs().get(file.sha256) for file in edit.files}
    assert written["index.html"].endswith(b"Bye")
    assert b"color: red;" in written["index.html"]  # this page has no sheet
    assert queries.run_by_id(ended).state == Run.State.QUEUED


def test_an_uploaded_picture_becomes_a_file_that_an_element_shows() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    page = b"<title>A</title><img src=logo.png>"
    files = {"more/index.html": page, "images/a-kiln.png": b"\x89PNG", "index.html": page}
    services.append_event(run_id, lease, revision(1, files, 0.9))
    services.append_event(run_id, lease, RunFinished(reason="finished", best_revision=1))
    owner = queries.run_by_id(run_id).project.owner
    picture = services.create_asset(owner, "A kiln!.png", png())
    services.change_element(run_id, 1, ElementChange("more/index.html", "img"), picture)
    (edit,) = queries.waiting_edits(run_id)
    written = {file.path: file for file in edit.files}
    assert written["images/a-kiln-2.png"].sha256 == picture.sha256
    source = blobs().get(written["more/index.html"].sha256)
    assert source == b'<title>A</title><img src="../images/a-kiln-2.png">'


@pytest.mark.parametrize(
    ("asked", "refusal", "code"),
    [
        (ElementChange("index.html", "h1", text="A"), NotFound, "element_unknown"),
        (ElementChange("gone.html", "p", text="A"), NotFound, "element_unknown"),
        (ElementChange("index.html", "p"), BadRequest, "element_refused"),
        (
            ElementChange("index.html", "p", properties={"color": "red}"}),
            BadRequest,
            "element_refused",
        ),
    ],
)
def test_an_element_that_cannot_be_so_stays(
    ended: str, asked: ElementChange, refusal: type[ServiceError], code: str
) -> None:
    with pytest.raises(refusal) as refused:
        services.change_element(ended, 1, asked)
    assert refused.value.code == code
    assert not WaitingMessage.objects.exists()
