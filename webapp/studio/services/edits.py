"""What a person changes of a revision's files themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from posixpath import dirname, relpath

from django.db import transaction
from django.utils.text import slugify

from webapp.studio import inspector, queries, revision_files
from webapp.studio.commands import CommandRefused, change_files
from webapp.studio.errors import BadRequest, Conflict, NotFound
from webapp.studio.events import FileRef
from webapp.studio.inspector import ElementChange
from webapp.studio.live import broadcast
from webapp.studio.models import Asset, Revision, Run, WaitingMessage
from webapp.studio.page_files import (
    MAX_FILE,
    MAX_FILES,
    MAX_TOTAL,
    TEXT_SUFFIXES,
    NameRefused,
    check_name,
    clean_path,
)
from webapp.studio.parameters import CommandParameters, check_words
from webapp.studio.services.ledger import lock_run
from webapp.studio.services.runs import reopen_for_person
from webapp.studio.sources import is_marked_page
from webapp.studio.storage import blobs

ASSETS, PUBLIC = "src/assets/", "public/"  # of a project that is built


def command_revision(run_id: str, number: int, asked: CommandParameters) -> Run:
    """Change a revision by a plain command, as by hand.

    Raises BadRequest where the words are none, or mean nothing on this page; else as
    `edit_revision` does.
    """
    if not asked.text.strip():
        raise BadRequest("message_empty")
    check_words(asked.text)
    revision = queries.revision(queries.run_by_id(run_id), number)
    try:
        changed = change_files(
            revision_files.markup(revision), asked.text, asked.page, asked.selector
        )
    except CommandRefused as refusal:
        raise BadRequest(refusal.code, refusal.detail) from None
    return edit_revision(run_id, number, changed, command=asked.text.strip())


def change_element(
    run_id: str, number: int, asked: ElementChange, picture: Asset | None = None
) -> Run:
    """Change one element of a revision, as by hand; an `img` can show an uploaded picture.

    Raises BadRequest where the page does not hold the element or it cannot be so; else as
    `edit_revision` does.
    """
    revision = queries.revision(queries.run_by_id(run_id), number)
    files: list[FileRef] = []
    if picture is not None:
        path = _free_name(picture.name, revision)
        files = [FileRef(path=path, sha256=picture.sha256, size=_size(picture.sha256))]
        source = _address(path, asked.page)
        asked = replace(asked, attributes={**asked.attributes, "src": source})
    try:
        known = revision_files.markup(revision) | dict.fromkeys((one.path for one in files), "")
        changed = inspector.change_element(known, asked)
    except inspector.ElementUnknown:
        raise NotFound("element_unknown") from None
    except CommandRefused as refusal:
        raise BadRequest("element_refused", refusal.detail) from None
    return edit_revision(run_id, number, changed, inspected=inspector.describe(asked), more=files)


def _free_name(name: str, revision: Revision) -> str:
    """Where a picture is put among the files that there are: of a page that is built, where its
    sources have theirs."""
    taken = {path.lower() for path in revision.files}
    stem = slugify(PurePosixPath(name).stem)[:60] or "picture"
    folder = "images"
    if revision.site:
        has_scripts = any(map(is_marked_page, revision.site))
        folder = f"{ASSETS if has_scripts else PUBLIC}images"
    names = (
        f"{folder}/{stem}{end}.png" for end in ("", *(f"-{n}" for n in range(2, MAX_FILES + 2)))
    )
    return next(path for path in names if path not in taken)


def _address(path: str, page: str) -> str:
    """How a page names a picture; a source names it by its path, which it imports."""
    if path.startswith(PUBLIC):
        return f"/{path.removeprefix(PUBLIC)}"
    return path if path.startswith(ASSETS) else relpath(path, dirname(page))


def _size(sha256: str) -> int:
    """Raises NotFound."""
    return len(revision_files.stored(sha256))


def edit_revision(
    run_id: str,
    number: int,
    texts: Mapping[str, str],
    *,
    command: str = "",
    inspected: str = "",
    more: Sequence[FileRef] = (),
) -> Run:
    """Change files of a revision, by their paths, or add some: a worker measures the page and makes
    a revision of it, whoever the run's model is. Nothing that is newer is lost. `command` and
    `inspected` say how they were changed, as in `FilesEdited`; `more`: files that are stored.

    Raises BadRequest where nothing changes or a file is refused, Conflict while the run is at work,
    NotFound and QueueUnavailable; with the last, it is stored and done when the queue is back.
    """
    with transaction.atomic():
        run = lock_run(run_id)
        known = queries.revision(run, number).files
        if not run.ended:
            raise Conflict("run_active")
        given = [*_stored(texts, known), *more]
        files = [file for file in given if known.get(file.path) != file.sha256]
        if not files:
            raise BadRequest("edit_empty")
        if len({*known, *(file.path for file in files)}) > MAX_FILES:
            raise BadRequest("edit_refused", f"A page has at most {MAX_FILES} files.")
        kept = known.keys() - {file.path for file in files}
        size = sum(file.size for file in files) + sum(_size(known[path]) for path in kept)
        if size > MAX_TOTAL:
            raise BadRequest(
                "edit_refused", f"All files would have {size:,} bytes, over {MAX_TOTAL:,}."
            )
        changed = [file.model_dump() for file in files]
        WaitingMessage.objects.create(
            run=run, text=command, inspected=inspected, revision=number, files=changed
        )
        reopen_for_person(run)
        run.save()
        run.project.save(update_fields=["updated_at"])
        transaction.on_commit(lambda: broadcast.notify_changed(run_id))
    return run


def _stored(texts: Mapping[str, str], known: Iterable[str]) -> list[FileRef]:
    """The files as they are now, among those that are `known`. Raises BadRequest where one cannot
    be of the page."""
    files: dict[str, FileRef] = {}
    for given, text in sorted(texts.items()):
        try:
            path = clean_path(given)
            check_name(path, {*known, *files})
        except NameRefused as error:
            raise BadRequest("edit_refused", str(error)) from None
        if path in files:
            raise BadRequest("edit_refused", f"{path!r} is given twice.")
        if PurePosixPath(path).suffix.lower() not in TEXT_SUFFIXES:
            kinds = ", ".join(sorted(TEXT_SUFFIXES))
            raise BadRequest("edit_refused", f"{path!r} is not one of {kinds}.")
        data = text.encode()
        if len(data) > MAX_FILE:
            raise BadRequest(
                "edit_refused", f"{path!r} has {len(data):,} bytes, over {MAX_FILE:,}."
            )
        files[path] = FileRef(path=path, sha256=blobs().put(data), size=len(data))
    return list(files.values())
