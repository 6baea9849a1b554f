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
        return await _or(Admission(), lambda: circuits.admit(self.endpoint))

    async def keep_probe(self) -> None:
        await _or(None, lambda: circuits.keep_probe(self.endpoint))

    async def report_failure(self, failure: Failure, *, is_probe: bool) -> Circuit:
        report = circuits.report_failure
        return await _or(CLOSED, lambda: report(self.endpoint, failure, is_probe=is_probe))

    async def report_answer(self) -> None:
        await _or(None, lambda: circuits.report_answer(self.endpoint))


async def _or(otherwise: T, work: Callable[[], T]) -> T:
    try:
        return await sync_to_async(work)()
    except DatabaseError as error:
        logger.warning("The circuit of an endpoint is not known: %s", error)
        return otherwise
