"""Reads of the record for websockets, in threads of their own.

Events for those who watch wait for no storm of those who connect: each kind has its thread. A
thread keeps its connection to the database, which would cost more to open than most reads do.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import Error, connection

P = ParamSpec("P")
T = TypeVar("T")


class Reader:
    """Reads one after the other."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def read(self, query: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Raises what the query raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, _read, partial(query, *args, **kwargs))


def _read(query: Callable[[], T]) -> T:
    """A connection that was kept may have died since: one more try with a new one."""
    was_kept = connection.connection is not None
    try:
        return query()
    except Error:
        connection.close()
        if was_kept:
            return query()
        raise


watching = Reader("watching")
connecting = Reader("connecting")
