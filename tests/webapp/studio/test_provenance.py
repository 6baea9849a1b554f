"""Where a revision comes from, as its events tell it."""

import io
import json
import zipfile

import pytest

from tests.webapp.record import claimed_run, revision, started
from webapp.studio import queries, services
from webapp.studio.archive import zip_revision
from webapp.studio.errors import BadRequest, NotFound
from webapp.studio.events import (
    DurableEvent,
    Event,
    FileRef,
    MockupRef,
    ModelRef,
    RequestSent,
    RevisionRef,
    RevisionSaved,
    RunFinished,
    TurnFinished,
    Usage,
)
from webapp.studio.parameters import CommandParameters
from webapp.studio.provenance import Provenance, provenance

pytestmark = pytest.mark.usefixtures("installation")

PAGE = {"index.html": b"<p>Hello"}
KIMI = ModelRef(
    id="endpoint",
    reads_words=True,
    settings={"model": "kimi-k2.5", "thinking": True},
    prompt_version="0123456789ab",
)
MOCKUP = MockupRef(asset_id="a", sha256="a" * 64, width=640, height=480, scale=2.0)
ASKED = RequestSent(origin="https://api.example")


def by_kimi(number: int, **told: object) -> RevisionSaved:
    known = {"model": KIMI, "product_version": "0.1.0", **told}
    return revision(number, {"index.html": f"<p>{number}".encode()}).model_copy(update=known)


def answered(turn: int, served: str = "kimi-k2.5-0127") -> TurnFinished:
    usage = Usage(input_tokens=10, output_tokens=10)
    return TurnFinished(turn=turn, usage=usage, served_model=served)


def recorded(*events: DurableEvent) -> str:
    """A run that has ended with these events after its start."""
    run_id, lease = claimed_run()
    begun = started().model_copy(update={"model": KIMI, "mockups": (MOCKUP,)})
    ended = RunFinished(reason="finished", best_revision=1)
    for event in (begun, *events, ended):
        services.append_event(run_id, lease, event)
    return run_id


def told(run_id: str, number: int) -> Provenance:
    return provenance(queries.run_by_id(run_id), number)


def take(run_id: str, score: float) -> None:
    """Let a worker measure what waits."""
    lease = services.claim_run(run_id)
    (edit,) = queries.waiting_edits(run_id)
    made = 1 + sum(1 for _ in queries.saved_revisions(queries.run_by_id(run_id)))
    theirs = {"author": "person", "made_from": edit.revision, "files": edit.files}
    saved: tuple[Event, ...] = (edit, revision(made, {}, score).model_copy(update=theirs))
    for event in (*saved, RunFinished(reason="finished", best_revision=1)):
        services.append_event(run_id, lease, event)  # type: ignore[arg-type]  # all are durable


def test_a_models_revision_tells_its_model_as_it_was_asked_for_and_as_it_answered() -> None:
    one = told(recorded(ASKED, answered(1), by_kimi(1)), 1)
    (step,) = one.steps
    assert step.model is not None
    assert (step.model.label, step.model.served_as) == ("kimi-k2.5", "kimi-k2.5-0127")
    assert (step.model.prompt_version, step.model.settings) == (
        KIMI.prompt_version,
        KIMI.settings,
    )
    assert (step.author, step.way, step.product_version) == ("model", "model", "0.1.0")
    assert one.began_as == "mockups"
    (mockup,) = one.mockups
    assert (mockup.sha256, mockup.width, mockup.scale) == ("a" * 64, 640, 2.0)
    assert one.score.total == 0.9
    assert one.files == queries.revision(queries.run_by_id(one.run), 1).files


def test_each_revision_tells_who_answered_and_who_was_asked_by_then() -> None:
    run_id = recorded(
        ASKED, answered(1), by_kimi(1), ASKED, ASKED, answered(2, "kimi-k3"), by_kimi(2)
    )
    first, second = told(run_id, 1), told(run_id, 2)
    served = [one.steps[0].model.served_as for one in (first, second) if one.steps[0].model]
    assert served == ["kimi-k2.5-0127", "kimi-k3"]
    counts = [[(one.origin, one.count) for one in each.requests or ()] for each in (first, second)]
    assert counts == [[("https://api.example", 1)], [("https://api.example", 3)]]


def test_a_run_that_asked_nobody_is_told_from_one_that_did_not_note_it() -> None:
    assert told(recorded(TurnFinished(turn=1), by_kimi(1)), 1).requests == ()
    assert told(recorded(answered(1), by_kimi(1)), 1).requests is None


def test_what_a_person_did_is_told_from_what_a_model_did_back_to_the_mockups() -> None:
    run_id = recorded(ASKED, answered(1), by_kimi(1), by_kimi(2, made_from=1))
    services.edit_revision(run_id, 2, {"index.html": "<p>Mine"})
    take(run_id, 0.5)
    services.command_revision(run_id, 3, CommandParameters("remove “Mine”"))
    take(run_id, 0.4)
    services.restore_revision(run_id, 3)
    chain = [(step.revision, step.author, step.way) for step in told(run_id, 5).steps]
    assert chain == [
        (5, "person", "restore"),
        (3, "person", "edit"),
        (2, "model", "model"),
        (1, "model", "model"),
    ]
    assert [step.model is None for step in told(run_id, 5).steps] == [True, True, False, False]
    assert told(run_id, 4).steps[0].way == "command"
    services.edit_revision(run_id, 3, {"index.html": "<p>Red"}, inspected="p: color red")
    take(run_id, 0.4)
    assert told(run_id, 6).steps[0].way == "inspector"


def test_a_branch_is_told_back_into_the_run_that_it_is_of() -> None:
    run_id = recorded(ASKED, answered(1), by_kimi(1), by_kimi(2, made_from=1))
    branch = str(services.branch_revision(run_id, 2).id)
    again = str(services.branch_revision(branch, 1).id)
    one = told(again, 1)
    assert [(step.run, step.revision, step.way) for step in one.steps] == [
        (again, 1, "branch"),
        (branch, 1, "branch"),
        (run_id, 2, "model"),
        (run_id, 1, "model"),
    ]
    assert one.steps[0].made_from == RevisionRef(run_id=branch, number=1)
    assert (one.began_as, one.base, one.requests) == ("mockups", {}, ())


def test_what_nobody_noted_is_not_made_up() -> None:
    run_id = recorded(by_kimi(1), by_kimi(2, product_version=""))
    one = told(run_id, 2)
    assert [step.revision for step in one.steps] == [2]
    assert (one.began_as, one.steps[0].product_version) == ("not noted", "")


def test_a_run_from_an_uploaded_page_names_its_files() -> None:
    run_id, lease = claimed_run()
    base = FileRef(path="index.html", sha256="b" * 64, size=1)
    services.append_event(run_id, lease, started().model_copy(update={"files": (base,)}))
    services.append_event(run_id, lease, by_kimi(1))
    one = told(run_id, 1)
    assert (one.began_as, one.base) == ("uploaded page", {"index.html": "b" * 64})


def test_the_zip_has_it_and_is_the_same_each_time() -> None:
    run_id = recorded(ASKED, answered(1), by_kimi(1))
    row = queries.revision(queries.run_by_id(run_id), 1)
    first, second = zip_revision(row, "Page").data, zip_revision(row, "Page").data
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist() == ["index.html", "PROVENANCE.json"]
        read = Provenance.model_validate_json(archive.read("PROVENANCE.json"))
    assert read == told(run_id, 1)
    assert json.loads(read.model_dump_json())["format"] == "mockwright-provenance"


@pytest.mark.parametrize("name", ["PROVENANCE.json", "provenance.JSON"])
def test_a_page_has_no_file_of_that_name(name: str) -> None:
    run_id = recorded(by_kimi(1))
    with pytest.raises(BadRequest, match=name):
        services.edit_revision(run_id, 1, {name: "{}"})


def test_a_revision_that_is_not_there_comes_from_nowhere() -> None:
    with pytest.raises(NotFound):
        told(recorded(by_kimi(1)), 2)
