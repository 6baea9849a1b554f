"""What the API answers with of links and exports, beside `schemas.py`."""

from datetime import datetime

from django.conf import settings
from pydantic import BaseModel

from webapp.origins import Origin, is_loopback
from webapp.studio import models
from webapp.studio.exports.single_file import SingleFile
from webapp.studio.schemas import RevisionLinks


class Exports(BaseModel):
    """What a revision can be taken home as. `left_out`: what `single_url`, one HTML file of
    `single_bytes`, does not hold, in sentences. `repository_url`: all of the project, with git."""

    zip_url: str
    single_url: str
    single_bytes: int
    left_out: list[str]
    repository_url: str

    @classmethod
    def of(cls, revision: models.Revision, single: SingleFile) -> "Exports":
        links = RevisionLinks.of(revision)
        return cls(
            zip_url=links.zip_url,
            single_url=links.zip_url.removesuffix("zip") + "single",
            single_bytes=len(single.html.encode()),
            left_out=list(single.left_out),
            repository_url=f"{settings.APP_PATH}/api/projects/{revision.run.project_id}/repository",
        )


class Share(BaseModel):
    """A link by which anybody sees a page. `revision`: null for the run's result as it changes."""

    id: str
    run_id: str
    revision: int | None
    scripts: bool
    url: str
    created_at: datetime

    @classmethod
    def of(cls, share: models.Share) -> "Share":
        return cls(
            id=str(share.id),
            run_id=str(share.run_id),
            revision=share.revision,
            scripts=share.scripts,
            url=f"{settings.PREVIEW_ORIGIN}/s/{share.token}/",
            created_at=share.created_at,
        )


class ShareList(BaseModel):
    """The links of a project that are open; `only_here`: only this machine can open them."""

    links: list[Share]
    only_here: bool

    @classmethod
    def of(cls, links: list[models.Share]) -> "ShareList":
        only_here = is_loopback(Origin.parse(settings.PREVIEW_ORIGIN).hostname)
        return cls(links=[Share.of(one) for one in links], only_here=only_here)
