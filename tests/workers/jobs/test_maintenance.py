"""What keeps a worker's maintenance going."""

from types import SimpleNamespace

import pytest
from django.db import InterfaceError

from workers.jobs import maintenance


class _Enough(Exception):
    pass


def test_a_fault_that_nobody_foresaw_does_not_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    passes = []

    def fail() -> None:
        passes.append("begun")
        raise InterfaceError("connection already closed")  # no DatabaseError

    def sleep(seconds: float) -> None:
        if len(passes) == 3:
            raise _Enough

    monkeypatch.setattr(maintenance, "run_maintenance", fail)
    monkeypatch.setattr(maintenance, "connection", SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(maintenance, "time", SimpleNamespace(sleep=sleep))
    with pytest.raises(_Enough):
        maintenance._repeat()
    assert len(passes) == 3
