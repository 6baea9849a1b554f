"""A person at the service who does what people do when it does not answer: look, and ask again.

Whether something was stored is looked up before it is asked for once more, so nothing is asked for
twice.
"""

import time
from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx2 as httpx

PATIENCE = 90.0  # seconds that the service may be away
ASK_AGAIN = 0.5  # seconds

T = TypeVar("T")


class GaveUp(Exception):
    """The service did not answer for longer than anybody waits."""


class Refused(Exception):
    """The service said why not; `code` is its code."""

    def __init__(self, code: str, status: int) -> None:
        self.code = code
        super().__init__(f"{status} {code}")


class Untold(Exception):
    """The service answered an error without a code."""


class Person:
    """Names everything apart, to find it again."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._numbers = count(1)
        self.told: set[str] = set()  # codes of answers that were made good later

    def upload(self, picture: bytes) -> str:
        """The asset's id."""
        return str(self._ask("POST", "/api/assets", files={"file": ("a.png", picture)})["id"])

    def start(self, asset: str, model: str, prompt: str) -> str:
        """Make a project of one mockup; the id of its first run."""
        name = f"project {next(self._numbers)} of the bench"
        project = self._once(
            "/api/projects",
            {
                "assets": [{"id": asset, "scale": 1}],
                "model": model,
                "prompt": prompt,
                "name": name,
                "stack": "html-css",
            },
            lambda: self._project_named(name),
        )
        return str(project["runs"][0]["id"])

    def try_again(self, run: str) -> str:
        """Another run of the same project; its id."""
        project = self.read(f"/api/runs/{run}")["project_id"]
        before = {one["id"] for one in self.read(f"/api/projects/{project}")["runs"]}

        def made() -> dict[str, Any] | None:
            runs = self.read(f"/api/projects/{project}")["runs"]
            return next((one for one in runs if one["id"] not in before), None)

        return str(self._once(f"/api/projects/{project}/runs", {}, made)["id"])

    def say(self, run: str) -> str:
        """Send words that were never said before; returns them."""
        text = f"Make the title larger, please ({next(self._numbers)})."
        self._once(f"/api/runs/{run}/messages", {"text": text}, lambda: self._said(run, text))
        return text

    def stop(self, run: str) -> None:
        self._ask("POST", f"/api/runs/{run}/cancel")

    def run(self, run: str) -> dict[str, Any]:
        return dict(self.read(f"/api/runs/{run}"))

    def events(self, run: str) -> list[dict[str, Any]]:
        """All of them."""
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["seq"] if found else 0
            page = self.read(f"/api/runs/{run}/events?after={after}")
            found += page["events"]
            if not page["events"] or found[-1]["seq"] >= page["last_seq"]:
                return found

    def read(self, path: str) -> Any:
        return self._ask("GET", path)

    def get(self, url: str) -> httpx.Response:
        """An answer of any status, once there is one."""
        return _patiently(lambda: httpx.get(url, timeout=60))

    def _said(self, run: str, text: str) -> dict[str, Any] | None:
        row = self.run(run)
        waiting = [one["text"] for one in row["waiting_messages"]]
        heard = [one["event"].get("text") for one in self.events(run)]
        return row if text in [*waiting, *heard] else None

    def _project_named(self, name: str) -> dict[str, Any] | None:
        found = self.read(f"/api/projects?{urlencode({'search': name})}")
        same = [one for one in found if one["name"] == name]
        return self.read(f"/api/projects/{same[0]['id']}") if same else None

    def _once(self, path: str, body: object, find: Callable[[], dict[str, Any] | None]) -> Any:
        """Post, until it is answered or found to have been stored all the same."""
        give_up_at = time.monotonic() + PATIENCE
        while time.monotonic() < give_up_at:
            try:
                return _told(httpx.post(self.origin + path, json=body, timeout=60))
            except httpx.TransportError:
                pass
            except Refused as refusal:
                if not _passes(refusal):
                    raise
                self.told.add(refusal.code)
            if found := find():
                return found
            time.sleep(ASK_AGAIN)
        raise GaveUp(path)

    def _ask(self, method: str, path: str, **content: Any) -> Any:
        give_up_at = time.monotonic() + PATIENCE
        while True:
            try:
                return _told(
                    _patiently(
                        lambda: httpx.request(method, self.origin + path, timeout=60, **content)
                    )
                )
            except Refused as refusal:
                if not _passes(refusal) or time.monotonic() > give_up_at:
                    raise
                self.told.add(refusal.code)
                time.sleep(ASK_AGAIN)


def _passes(refusal: Refused) -> bool:
    return refusal.code in {"database_unavailable", "queue_unavailable"}


def _told(answer: httpx.Response) -> Any:
    """Raises Refused and Untold."""
    if answer.status_code < 400:
        return answer.json()
    try:
        code = answer.json()["code"]
    except (ValueError, KeyError):
        raise Untold(f"{answer.status_code} {answer.text[:100]}") from None
    if code == "internal":
        raise Untold("500 internal")
    raise Refused(code, answer.status_code)


def _patiently(ask: Callable[[], T]) -> T:
    give_up_at = time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except httpx.TransportError as error:
            if time.monotonic() > give_up_at:
                raise GaveUp(str(error)) from error
            time.sleep(ASK_AGAIN)
