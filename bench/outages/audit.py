"""What must hold of a run, whatever ended, hung or lied meanwhile. Each fault is one sentence."""

import io
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from bench.outages.follower import Follower
from bench.outages.person import Person

LOSSES = 3  # workers that a run may lose
ENDED = {"finished", "failed"}


def audit(person: Person, run: str, follower: Follower | None, said: list[str]) -> list[str]:
    """Of a run that has ended."""
    row, events = person.run(run), person.events(run)
    wrong = [f"run {run}: {one}" for one in judge(row, events, said)]
    if follower is not None:
        wrong += [f"run {run}, seen: {one}" for one in _seen_otherwise(follower, events)]
    wrong += [f"run {run}: {one}" for one in _unreadable(person, row, events)]
    return wrong


def judge(row: dict[str, Any], events: list[dict[str, Any]], said: list[str]) -> Iterator[str]:
    """What the record says about itself."""
    numbers = [one["seq"] for one in events]
    if numbers != list(range(1, len(events) + 1)):
        yield f"its events are numbered {numbers}"
    if row["state"] not in ENDED or not events:
        yield f"it is {row['state']} after {len(events)} events"
        return
    types = [one["event"]["type"] for one in events]
    if types.count("run_started") > 1:
        yield "it started twice"
    if types[-1] not in {"run_finished", "run_failed"}:
        yield f"it ended with {types[-1]}"
    revisions = [
        one["event"]["number"] for one in events if one["event"]["type"] == "revision_saved"
    ]
    if revisions != list(range(1, len(revisions) + 1)):
        yield f"its revisions are numbered {revisions}"
    if row["state"] == "failed" and not _is_true(events, row["error_code"]):
        yield f"it failed: {row['error_code']} {events[-1]['event'].get('detail', '')}"
    for text in said:
        heard = [one["event"].get("text") for one in events].count(text)
        waits = [one["text"] for one in row["waiting_messages"]].count(text)
        if heard + waits != 1:
            yield f"“{text}” was heard {heard} times and waits {waits} times"
        elif waits and row["stop_reason"] not in {"cancelled", "paused", None}:
            yield f"“{text}” waits for an answer that nobody is asked for"


def _is_true(events: list[dict[str, Any]], code: str) -> bool:
    """A run may fail of as many lost workers as it says, and of nothing else that happens here. One
    that was lost before it wrote a word shows in the number of the next attempt alone."""
    first = last = 1
    for one in events:
        event = one["event"]
        if event["type"] == "run_resumed":
            last = event["attempt"]
            first = last if event["reason"] == "continued" else first
    return code == "worker_lost" and last - first >= LOSSES - 1


def _seen_otherwise(follower: Follower, events: list[dict[str, Any]]) -> Iterator[str]:
    yield from follower.wrong
    if not follower.wait_for(len(events), within=20.0):
        yield f"the websocket told {follower.last} of {len(events)} events"
    elif follower.seen[: len(events)] != events:
        yield "the websocket told other events than the record has"


def _unreadable(person: Person, row: dict[str, Any], events: list[dict[str, Any]]) -> Iterator[str]:
    """Files, renders and archives that cannot be had, or are not what they were."""
    for digest in sorted({one for event in events for one in blobs_of(event["event"])}):
        answer = person.get(f"{person.origin}/api/runs/{row['id']}/blobs/{digest}")
        if answer.status_code != 200 or sha256(answer.content).hexdigest() != digest:
            yield f"file {digest[:8]} answers {answer.status_code}, {len(answer.content)} bytes"
    for revision in row["revisions"]:
        packed = person.get(person.origin + revision["zip_url"])
        page = person.get(revision["preview_url"])
        if packed.status_code != 200 or zipfile.ZipFile(io.BytesIO(packed.content)).testzip():
            yield f"revision {revision['number']} cannot be downloaded: {packed.status_code}"
        if page.status_code != 200 or not page.content:
            yield f"revision {revision['number']} is not shown: {page.status_code}"


def blobs_of(body: object) -> Iterator[str]:
    """Every stored file that an event names, by its SHA-256."""
    if isinstance(body, dict):
        if isinstance(digest := body.get("sha256"), str):
            yield digest
        body = list(body.values())
    if isinstance(body, list):
        for part in body:
            yield from blobs_of(part)
