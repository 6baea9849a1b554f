"""Parts of a service that end: a few for real, and an oracle that finds what is wrong."""

from pathlib import Path
from typing import Any

import pytest

from bench.outages.audit import judge
from bench.outages.plan import KINDS, planned
from bench.outages.session import Session, Verdict
from bench.process_faults import joined, table

FEW = (
    "a process of the worker's pool: killed",
    "Redis: killed",
    "the web server: killed",
    "a stored file: other bytes of the same length",
    "the store: a file that was being written is left over",
)


@pytest.mark.e2e
def test_what_is_killed_costs_no_work(tmp_path: Path) -> None:
    told: list[Verdict] = []
    outcome = Session(tmp_path, seed=3).play(dict(enumerate(FEW)), told.append)
    assert [one.wrong for one in outcome.verdicts] == [[]] * len(FEW)
    *kills, spoilt, left_over = [one.end for one in outcome.verdicts]
    assert set(kills) <= {"cured", "told"}  # who asks meanwhile may be told that Redis is away
    assert (spoilt, left_over) == ("told", "cured")
    assert [one.kind for one in told] == list(FEW)
    assert outcome.left == ()
    assert outcome.runs > 5
    assert "all" in table(joined([outcome]))


@pytest.mark.e2e
def test_a_service_that_loses_its_record_is_found_out(tmp_path: Path) -> None:
    session = Session(tmp_path, seed=3)
    session.work.leave_off()
    assert session.person.run(session.work.done[0].run)["state"] == "finished"
    for path in (session.stack.data / "blobs").glob("??/*"):
        path.write_bytes(b"")
    outcome = session.play({}, lambda _: None)
    assert "answers 404" in str(outcome.verdicts)


RUN: dict[str, Any] = {
    "state": "finished",
    "error_code": None,
    "stop_reason": "finished",
    "waiting_messages": [],
}


def events(*kinds: str) -> list[dict[str, Any]]:
    return [{"seq": at, "event": {"type": kind}} for at, kind in enumerate(kinds, 1)]


def wrong(row: dict[str, Any], happened: list[dict[str, Any]], *said: str) -> list[str]:
    return list(judge(RUN | row, happened, list(said)))


def test_a_run_that_went_well_is_left_alone() -> None:
    assert wrong({}, events("run_started", "turn_started", "run_finished")) == []


def test_what_is_wrong_with_a_run_is_told() -> None:
    good = events("run_started", "run_finished")
    assert wrong({"state": "running"}, good) != []
    assert wrong({}, good[1:]) != []
    assert wrong({}, [good[0], *good]) != []
    assert wrong({}, events("run_started", "run_started", "run_finished")) != []
    assert wrong({}, events("run_started", "turn_started")) != []


def revision(seq: int, number: int) -> dict[str, Any]:
    return {"seq": seq, "event": {"type": "revision_saved", "number": number}}


def test_a_revision_that_is_missing_is_told() -> None:
    first, *_, last = events("run_started", "", "", "run_finished")
    assert wrong({}, [first, revision(2, 1), revision(3, 2), last]) == []
    assert wrong({}, [first, revision(2, 1), revision(3, 3), last]) != []


def test_words_are_heard_once_or_wait_where_somebody_stopped_the_run() -> None:
    heard = [
        {"seq": 1, "event": {"type": "run_started"}},
        {"seq": 2, "event": {"type": "message_received", "text": "Larger"}},
        {"seq": 3, "event": {"type": "run_finished"}},
    ]
    twice = [*heard[:2], {**heard[1], "seq": 3}, {**heard[2], "seq": 4}]
    waits = {"waiting_messages": [{"id": 1, "text": "Larger"}]}
    assert wrong({}, heard, "Larger") == []
    assert wrong({}, events("run_started", "run_finished"), "Larger") != []
    assert wrong({}, twice, "Larger") != []
    assert wrong(waits, heard, "Larger") != []
    silent = events("run_started", "run_finished")
    assert wrong(waits, silent, "Larger") != []
    assert wrong(waits | {"stop_reason": "cancelled"}, silent, "Larger") == []


@pytest.mark.parametrize(("losses", "is_right"), [(1, False), (2, True)])
def test_a_run_fails_of_lost_workers_alone_and_of_enough_of_them(
    losses: int, is_right: bool
) -> None:
    happened = events("run_started", *["run_resumed"] * losses, "run_failed")
    for attempt, one in enumerate(happened[1:-1], 2):
        one["event"] |= {"reason": "worker_lost", "attempt": attempt}
    failed = {"state": "failed", "stop_reason": None}
    assert (wrong(failed | {"error_code": "worker_lost"}, happened) == []) is is_right
    assert wrong(failed | {"error_code": "internal"}, happened) != []


def test_the_plan_is_the_same_for_a_seed_and_has_every_kind() -> None:
    count = len(KINDS)
    assert planned(1, 2 * count) == planned(1, 2 * count) != planned(2, 2 * count)
    assert set(planned(1, count)) == set(KINDS)
    assert set(planned(1, 5, "Redis")) == {kind for kind in KINDS if "Redis" in kind}
