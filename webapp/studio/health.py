"""/healthz: what works and what does not."""

import logging
from typing import Literal

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from pydantic import BaseModel
from redis import Redis
from redis.exceptions import RedisError

from webapp.studio import queries
from webapp.studio.catalog import options
from webapp.studio.errors import StoreUnavailable
from webapp.studio.storage import blobs

logger = logging.getLogger(__name__)

State = Literal["ok", "down"]
ModelState = Literal["ok", "starting", "down"]


class RendererHealth(BaseModel):
    """As the newest worker reported it; "unknown" until one has rendered."""

    level: str = "unknown"
    browser: str = ""


class Checks(BaseModel):
    database: State
    redis: State
    worker: State
    store: State  # of uploads and generated files
    renderer: RendererHealth
    models: dict[str, ModelState] = {}  # the model servers that are set up, by model


class Health(BaseModel):
    """`degraded` still serves what is stored; `down` serves nothing."""

    status: Literal["ok", "degraded", "down"]
    checks: Checks


def check_health() -> Health:
    """Ask every part. Quick, and never raises."""
    checks = Checks(
        database="down",
        redis=_redis_state(),
        worker="down",
        store=_store_state(),
        renderer=RendererHealth(),
        models=_model_states(),
    )
    try:
        connection.ensure_connection()
        alive, newest = queries.has_living_worker(), queries.newest_worker()
    except DatabaseError:
        return Health(status="down", checks=checks)
    checks.database = "ok"
    checks.worker = "ok" if alive else "down"
    if newest is not None and newest.isolation:
        checks.renderer = RendererHealth(level=newest.isolation, browser=newest.browser)
    parts = {checks.redis, checks.worker, checks.store, *checks.models.values()}
    healthy = "down" not in parts
    return Health(status="ok" if healthy else "degraded", checks=checks)


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while stored work can be served, 503 otherwise."""
    health = check_health()
    return JsonResponse(health.model_dump(), status=503 if health.status == "down" else 200)


def _model_states() -> dict[str, ModelState]:
    """As the servers last answered; asking them is not waited for."""
    states: dict[options.State, ModelState] = {
        "ready": "ok",
        "starting": "starting",
        "silent": "down",
    }
    offered = options.models(with_tests=False)
    return {option.id: states[option.state] for option in offered if option.id != options.DRAFT.id}


def _store_state() -> State:
    try:
        blobs().check_available()
    except StoreUnavailable as error:
        logger.warning("The store of files is down: %s", error)
        return "down"
    return "ok"


def _redis_state() -> State:
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2
        ) as redis:
            redis.ping()
    except (RedisError, OSError):
        return "down"
    return "ok"
