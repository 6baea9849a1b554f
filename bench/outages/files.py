"""Faults of the stored files, each made good afterwards as a person does: from a backup, or by
uploading the picture again."""

import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from bench.outages import plan
from bench.outages.audit import ENDED, blobs_of
from bench.outages.person import Person, Refused
from bench.outages.pictures import new_picture
from bench.outages.processes import NothingThere
from bench.outages.work import PAGE_ALONE, script
from bench.stack import ROOT, Stack

TWO_DAYS = 2 * 86400.0  # seconds; what nothing refers to is kept for one


class FileFaults:
    """`runs` are those that were meant to fail."""

    def __init__(self, stack: Stack, person: Person, random: Random) -> None:
        self._stack, self._person, self._random = stack, person, random
        self._made: str | None = None
        self.runs: set[str] = set()

    def inflict(self, kind: str, wrong: list[str]) -> list[str]:
        """The codes that a person is told."""
        if kind == plan.FILES[3]:
            return self._spoil_mockup(wrong)
        if kind == plan.FILES[4]:
            return self._leave_over(wrong)
        run, path = self._a_file()
        digest, data = path.parent.name + path.name, path.read_bytes()
        if kind == plan.FILES[0]:
            path.write_bytes(b"")
        elif kind == plan.FILES[1]:
            path.write_bytes(bytes(255 - byte for byte in data))
        else:
            path.unlink()
        try:
            code = self._code_of(f"/api/runs/{run}/blobs/{digest}", wrong)
            self._code_of(f"/api/runs/{run}/revisions/1/zip", wrong, may_answer=True)
            report = self.check_store()
            if report.returncode != 1 or digest not in report.stdout:
                wrong.append(f"check_store does not tell of it: {report.stdout}{report.stderr}")
        finally:
            path.write_bytes(data)
        return code

    def check_store(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "check_store", *arguments],
            cwd=ROOT,
            env=self._stack.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def _a_file(self) -> tuple[str, Path]:
        """A run, and a file that it has made."""
        if self._made is None:
            asset = self._person.upload(new_picture(self._random))
            # nobody else makes such a page, and mends it by storing it again
            page = script(1, 0, f"Number {self._random.getrandbits(64)}")
            self._made = self._person.start(asset, "scripted", page)
        if self._end_of(self._made)["state"] != "finished":
            raise NothingThere("no run has made anything")
        events = self._person.events(self._made)
        digests = sorted({one for event in events for one in blobs_of(event["event"])})
        return self._made, self._path(self._random.choice(digests))

    def _spoil_mockup(self, wrong: list[str]) -> list[str]:
        picture = new_picture(self._random)
        asset = self._person.upload(picture)
        digest = self._person.run(self._person.start(asset, "scripted", PAGE_ALONE))["id"]
        first = self._end_of(str(digest))
        started = next(
            one["event"]
            for one in self._person.events(str(first["id"]))
            if one["event"]["type"] == "run_started"
        )
        path = self._path(started["mockups"][0]["sha256"])
        path.write_bytes(b"")
        told = self._code_of(f"/api/assets/{asset}/content", wrong)
        spoilt = self._person.start(asset, "draft", "")
        self.runs.add(spoilt)
        row = self._end_of(spoilt)
        if row["state"] != "failed" or row["error_code"] != "file_damaged":
            wrong.append(f"a run on a mockup of no bytes ends {row['state']} {row['error_code']}")
        if self._person.upload(picture) != asset:
            wrong.append("the same picture is another asset")
        again = self._person.try_again(spoilt)
        row = self._end_of(again)
        if row["state"] != "finished":
            wrong.append(f"a run on a repaired mockup ends {row['state']} {row['error_code']}")
        return [*told, "file_damaged"]

    def _leave_over(self, wrong: list[str]) -> list[str]:
        folder = self._stack.data / "blobs" / "00"
        folder.mkdir(exist_ok=True)
        young, old = folder / ".young", folder / ".old"
        for path in (young, old):
            path.write_bytes(b"half of a pict")
        then = time.time() - TWO_DAYS
        os.utime(old, (then, then))
        report = self.check_store("--collect")
        if old.exists() or not young.exists():
            wrong.append(f"what was left over is still there: {report.stdout}{report.stderr}")
        young.unlink()
        return []

    def _code_of(self, path: str, wrong: list[str], *, may_answer: bool = False) -> list[str]:
        """The code of an answer that must be no file."""
        try:
            answer = self._person.get(self._person.origin + path)
            if answer.status_code >= 500 or (answer.status_code == 200 and not may_answer):
                wrong.append(f"{path} answers {answer.status_code}, {len(answer.content)} bytes")
                return []
            return [] if answer.status_code == 200 else [str(answer.json()["code"])]
        except Refused as refusal:
            return [refusal.code]

    def _end_of(self, run: str) -> dict[str, object]:
        while True:
            row = self._person.run(run)
            if row["state"] in ENDED:
                return row
            time.sleep(0.2)

    def _path(self, digest: str) -> Path:
        return self._stack.data / "blobs" / digest[:2] / digest[2:]
