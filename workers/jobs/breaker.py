"""The circuit of a run's endpoint, as the record has it for all workers."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from asgiref.sync import sync_to_async
from django.db import DatabaseError

from webapp.studio.catalog.circuit import CLOSED, Admission, Circuit, Failure
from webapp.studio.catalog.endpoints import ModelEndpoint
from webapp.studio.services import circuits

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True)
class RecordedBreaker:
    """A record that cannot be read or written for a moment holds up no run: it asks as if alone."""

    endpoint: ModelEndpoint

    async def admit(self) -> Admission:
        return await _recorded(lambda: circuits.admit(self.endpoint), Admission())

    async def keep_probe(self) -> None:
        await _recorded(lambda: circuits.keep_probe(self.endpoint), None)

    async def report_failure(self, failure: Failure, *, is_probe: bool) -> Circuit:
        report = circuits.report_failure
        return await _recorded(lambda: report(self.endpoint, failure, is_probe=is_probe), CLOSED)

    async def report_answer(self) -> None:
        await _recorded(lambda: circuits.report_answer(self.endpoint), None)


async def _recorded(work: Callable[[], T], otherwise: T) -> T:
    """What the record says, or what holds where it cannot be asked."""
    try:
        return await sync_to_async(work)()
    except DatabaseError as error:
        logger.warning("The circuit of an endpoint is not known: %s", error)
        return otherwise
