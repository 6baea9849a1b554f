"""A program whose source changes is started again; one that is broken waits to be mended."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from webapp.local.reload import RUN_BY, frontend_build, watch_sources
from webapp.local.supervisor import Program, Supervisor

PATIENCE = 30.0  # seconds, on a busy machine


class Watched:
    """Two programs, each run from a file of its own folder, and what was said about them."""

    def __init__(self, folder: Path) -> None:
        self.said: list[str] = []
        self.sources = {name: folder / name / "main.py" for name in ("one", "two")}
        self.supervisor = Supervisor({}, self.said.append)
        for name, source in self.sources.items():
            source.parent.mkdir()
            source.write_text("import time; time.sleep(1000)")
            self.supervisor.add(Program(name, (sys.executable, str(source))))
        run_by = {source.parent: (name,) for name, source in self.sources.items()}
        self.thread = threading.Thread(
            target=watch_sources, args=(self.supervisor, self.said.append, run_by)
        )

    def pid(self, name: str) -> int:
        children = {child.program.name: child for child in self.supervisor.children}
        return children[name].process.pid

    def runs(self, name: str) -> bool:
        children = {child.program.name: child for child in self.supervisor.children}
        return children[name].process.poll() is None


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    watched.thread.start()
    time.sleep(0.3)  # until the folders are looked at; nothing says when
    yield watched
    watched.supervisor.stop.set()
    watched.thread.join(PATIENCE)
    assert not watched.thread.is_alive()
    watched.supervisor.stop_all()


def wait_until(is_so: Callable[[], bool], said: list[str]) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < give_up_at, said
        time.sleep(0.05)


def test_a_change_starts_again_what_runs_it_and_nothing_else(watched: Watched) -> None:
    before = watched.pid("one"), watched.pid("two")
    watched.sources["one"].write_text("import time; time.sleep(2000)")
    wait_until(lambda: watched.pid("one") != before[0], watched.said)
    assert watched.pid("two") == before[1]
    assert watched.runs("one")


def test_a_program_that_ends_by_itself_is_started_again(watched: Watched) -> None:
    before = watched.pid("two")
    watched.supervisor.children[1].process.kill()
    wait_until(lambda: watched.pid("two") != before, watched.said)


def test_a_broken_source_waits_for_the_change_that_mends_it(watched: Watched) -> None:
    watched.sources["one"].write_text("this is no Python")
    wait_until(lambda: any("next change" in line for line in watched.said), watched.said)
    assert watched.thread.is_alive()
    watched.sources["one"].write_text("import time; time.sleep(3000)")
    wait_until(lambda: watched.runs("one"), watched.said)
    time.sleep(0.5)  # long enough to end, if it were to
    assert watched.runs("one")


def test_the_folders_that_are_watched_are_there_and_the_front_end_is_built_by_npm() -> None:
    assert {folder.name for folder in RUN_BY if folder.is_dir()} >= {"webapp", "workers"}
    assert "npm" in frontend_build().command
