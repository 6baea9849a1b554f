"""Arenas: mockups that several models are held against, round after round."""

from typing import Annotated

from ninja import Query, Router, Status

from webapp.studio import bodies, services
from webapp.studio.api.http import Request
from webapp.studio.api.projects import variants_of
from webapp.studio.arenas import (
    ArenaSummary,
    ArenaTable,
    arena,
    arena_summary,
    arena_table,
    arenas,
    deleted_arena,
)
from webapp.studio.parameters import MockupParameters

router = Router(tags=["arenas"])


@router.get("/arenas", response=list[ArenaSummary])
def list_arenas(request: Request) -> list[ArenaSummary]:
    """The newest first, each with its last round."""
    return [arena_summary(one) for one in arenas(request.user)]


@router.post("/arenas", response={201: ArenaTable})
def post_arena(request: Request, body: bodies.NewArena) -> Status[ArenaTable]:
    """Queue a run for every mockup, model and prompt, in the arena of that name."""
    mockups = [MockupParameters(one.id, one.scale, one.role) for one in body.assets]
    prompts = [(one.label, one.text) for one in body.prompts]
    asked = services.contestants(request.user, variants_of(body.variants, ""), prompts)
    group = services.start_round(request.user, body.name, mockups, asked)
    return Status(201, arena_table(arena(request.user, str(group.arena_id))))


@router.get("/arenas/{arena_id}", response=ArenaTable)
def get_arena(
    request: Request, arena_id: str, number: Annotated[int | None, Query(ge=1, le=100_000)] = None
) -> ArenaTable:
    """A round as a table, the newest unless told."""
    return arena_table(arena(request.user, arena_id), number)


@router.post("/arenas/{arena_id}/rounds", response={201: ArenaTable})
def post_round(request: Request, arena_id: str) -> Status[ArenaTable]:
    """Do the last round over again, once it has ended."""
    found = arena(request.user, arena_id)
    services.start_again(found)
    return Status(201, arena_table(found))


@router.post("/arenas/{arena_id}/cancel", response={202: ArenaTable})
def cancel_arena(request: Request, arena_id: str) -> Status[ArenaTable]:
    """Stop all its runs; what they made stays."""
    found = arena(request.user, arena_id)
    services.cancel_arena(found)
    return Status(202, arena_table(found))


@router.delete("/arenas/{arena_id}", response={204: None})
def delete_arena(request: Request, arena_id: str) -> Status[None]:
    """Forget an arena and its runs; not while one is at work. It can be restored for an hour."""
    services.delete_arena(arena(request.user, arena_id))
    return Status(204, None)


@router.post("/arenas/{arena_id}/restore", response=ArenaTable)
def restore_arena(request: Request, arena_id: str) -> ArenaTable:
    """Take a delete back."""
    return arena_table(services.restore_arena(deleted_arena(request.user, arena_id)))
