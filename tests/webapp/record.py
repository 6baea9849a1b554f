"""Make rows for tests, through the services as the workers and the API do."""

from hashlib import sha256
from io import BytesIO

from tests.webapp.conftest import picture
from webapp.serving.local_user import local_user
from webapp.studio import services
from webapp.studio.events import (
    FileRef,
    ImagePart,
    ModelRef,
    PageResult,
    RevisionSaved,
    RunStarted,
    Score,
)
from webapp.studio.events import Limits as RunLimits
from webapp.studio.models import Run
from webapp.studio.parameters import MockupParameters, RunParameters
from webapp.studio.storage import blobs

MODEL = ModelRef(id="scripted", prompt_version="1")


def queued_run(colour: str = "navy") -> Run:
    """A run that waits for a worker."""
    owner = local_user()
    asset = services.create_asset(owner, "Sign in.png", BytesIO(picture(colour=colour)))
    choice = RunParameters(prompt="", stack="html-css", model="draft")
    project = services.create_project(owner, [MockupParameters(str(asset.id), 1.0)], choice)
    run = project.runs.first()
    assert run is not None
    return run


def claimed_run() -> tuple[str, services.Lease]:
    """A run in the hands of a worker, without events yet."""
    run_id = str(queued_run().id)
    return run_id, services.claim_run(run_id)


def started() -> RunStarted:
    return RunStarted(model=MODEL, stack="html-css", prompt="", mockups=(), limits=RunLimits())


def revision(number: int, files: dict[str, bytes], score: float = 0.9) -> RevisionSaved:
    """A revision whose files are in the blob store."""
    part = ImagePart(sha256=blobs().put(picture()), width=64, height=48)
    measured = Score(total=score, parts={"text": score})
    page = PageResult(
        mockup_index=0, page="index.html", screenshot=part, heat_map=part, score=measured
    )
    refs = tuple(
        FileRef(path=path, sha256=blobs().put(data), size=len(data))
        for path, data in sorted(files.items())
    )
    return RevisionSaved(number=number, files=refs, pages=(page,), score=measured, model=MODEL)


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()
