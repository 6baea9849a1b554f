"""A project as a git repository: the versions of each run as commits on a branch of its own."""

import io
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dulwich.index import build_index_from_tree, commit_tree
from dulwich.objects import Blob, Commit, ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo

from webapp.studio import queries
from webapp.studio.archive import LONG_AGO, Archive, file_stem
from webapp.studio.errors import NotFound
from webapp.studio.events import (
    Envelope,
    FileRef,
    FilesEdited,
    MessageReceived,
    RevisionSaved,
    RunStarted,
)
from webapp.studio.models import Project, Run
from webapp.studio.storage import blobs
from webapp.studio.values import percent

MAIN = Ref(b"refs/heads/main")
RESULT = Ref(b"refs/tags/result")
SUBJECT = 72  # characters
FILE = 0o100644  # the mode of a file that nobody runs
PERSON = b"Mockwright user <user@mockwright.invalid>"
SERVICE = b"Mockwright <service@mockwright.invalid>"


@dataclass(frozen=True)
class Version:
    """A revision as a commit tells it: `words` are what led to it since the one before."""

    saved: RevisionSaved
    at: datetime
    words: tuple[str, ...]

    @property
    def message(self) -> str:
        """A subject of at most 72 characters, all the words, and what was measured."""
        number = self.saved.number
        said = "\n\n".join(self.words)
        subject = (said.splitlines() or [f"Revision {number}"])[0]
        if len(subject) > SUBJECT:
            subject = f"{subject[: SUBJECT - 1].rstrip()}…"
        body = said if said != subject else ""
        facts = [f"Revision: {number}", f"Score: {percent(self.saved.score.total)}"]
        if self.saved.author == "model":
            model = self.saved.model
            facts += [f"Model: {model.id}", f"Prompt-Version: {model.prompt_version}"]
        return "\n\n".join(part for part in (subject, body, "\n".join(facts)) if part) + "\n"

    @property
    def author(self) -> bytes:
        if self.saved.author == "person":
            return PERSON
        name = "".join(one for one in self.saved.model.id if one.isprintable() and one not in "<>")
        return f"{name} <model@mockwright.invalid>".encode()


def zip_repository(project: Project) -> Archive:
    """A folder with `.git` and the files of the newest run's last version, as a zip.

    With several runs there is a branch `try-1`, `try-2`, … for each, and `main` is the one that was
    last put to work; the tag `result` is that one's result. Raises NotFound where there is no
    version, or a file is no longer stored.
    """
    runs = [run for run in project.runs.order_by("created_at") if run.revisions.exists()]
    if not runs:
        raise NotFound(detail="The project has no version yet.")
    stem = file_stem(project.name)
    with tempfile.TemporaryDirectory(prefix="mockwright-") as folder:
        top = Path(folder) / stem
        with Repo.init(str(top), mkdir=True, default_branch=b"main") as repository:
            _write(repository, runs)
        return Archive(f"{stem}-git.zip", _zipped(top))


def versions_of(run: Run) -> list[Version]:
    """The revisions of a run in order."""
    found: list[Version] = []
    words: list[str] = []
    for envelope in queries.events_after(str(run.id)):
        words += _words_in(envelope)
        if isinstance(envelope.event, RevisionSaved):
            found.append(Version(envelope.event, envelope.at, tuple(words)))
            words = []
    return found


def _words_in(envelope: Envelope) -> Iterator[str]:
    event = envelope.event
    said = ""
    if isinstance(event, RunStarted):
        said = event.prompt
    elif isinstance(event, MessageReceived):
        said = event.text
    elif isinstance(event, FilesEdited):
        paths = ", ".join(file.path for file in event.files)
        said = event.command or event.inspected or f"Change {paths} by hand"
    if said.strip():
        yield said.strip()


def _write(repository: Repo, runs: list[Run]) -> None:
    """Raises NotFound."""
    newest = max(runs, key=lambda run: run.queued_at)
    stored: dict[str, ObjectID] = {}
    for number, run in enumerate(runs, start=1):
        commits = _commit(repository, run, stored)
        if len(runs) > 1:
            branch = Ref(f"refs/heads/try-{number}".encode())
            repository.refs[branch] = list(commits.values())[-1]
        if run == newest:
            repository.refs[MAIN] = list(commits.values())[-1]
            if run.result_revision in commits:
                repository.refs[RESULT] = commits[run.result_revision]
    head = repository[repository.refs[MAIN]]
    assert isinstance(head, Commit)
    build_index_from_tree(
        repository.path, repository.index_path(), repository.object_store, head.tree
    )


def _commit(repository: Repo, run: Run, stored: dict[str, ObjectID]) -> dict[int, ObjectID]:
    """A commit for each version, by their numbers, in order; `stored` are blobs that are written,
    by their SHA-256. Raises NotFound."""
    commits: dict[int, ObjectID] = {}
    for version in versions_of(run):
        commit = Commit()
        for file in version.saved.files:
            if file.sha256 not in stored:
                stored[file.sha256] = _blob(repository, file)
        entries = [(one.path.encode(), stored[one.sha256], FILE) for one in version.saved.files]
        commit.tree = commit_tree(repository.object_store, entries)
        commit.parents = list(commits.values())[-1:]
        commit.author, commit.committer = version.author, SERVICE
        seconds = int(version.at.astimezone(UTC).timestamp())
        commit.author_time = commit.commit_time = seconds
        commit.author_timezone = commit.commit_timezone = 0
        commit.encoding = b"UTF-8"
        commit.message = version.message.encode()
        repository.object_store.add_object(commit)
        commits[version.saved.number] = commit.id
    return commits


def _blob(repository: Repo, file: FileRef) -> ObjectID:
    try:
        blob = Blob.from_string(blobs().get(file.sha256))
    except KeyError:
        raise NotFound(detail=f"{file.path} of a version is no longer stored.") from None
    repository.object_store.add_object(blob)
    return blob.id


def _zipped(top: Path) -> bytes:
    """A folder and all that is in it, empty folders too: git knows a repository by them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted([top, *top.rglob("*")]):
            name = path.relative_to(top.parent).as_posix()
            if path.is_dir():
                folder = zipfile.ZipInfo(f"{name}/", LONG_AGO)
                folder.external_attr = (0o40755 << 16) | 0x10
                archive.writestr(folder, b"")
            else:
                entry = zipfile.ZipInfo(name, LONG_AGO)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = FILE << 16
                archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()
