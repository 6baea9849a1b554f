"""Reads of the record for websockets, in threads of their own.

Events for those who watch wait for no storm of those who connect: each kind has its thread. A
thread keeps its connection to the database, which would cost more to open than most reads do.
"""

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from django.db import Error, connection

T = TypeVar("T")


class Reader:
    """Reads one after the other."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._under_way: dict[Hashable, asyncio.Task[Any]] = {}

    async def read(self, query: Callable[..., T], *args: object) -> T:
        """Raises what the query raises."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, _read, partial(query, *args))

    async def share(self, query: Callable[..., T], *args: Hashable, since: Hashable = None) -> T:
        """The same, and who asks the same while that is being read gets the same answer. It is as
        old as the question of the first; those who differ in `since` do not share."""
        key = (asyncio.get_running_loop(), query, args, since)
        task: asyncio.Task[T] | None = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self.read(query, *args))
            task.add_done_callback(lambda done: self._forget(key, done))
            self._under_way[key] = task
        return await asyncio.shield(task)  # one who leaves takes nobody's answer away

    def disconnect(self) -> None:
        """Give the connection back, as a database that shall be dropped wants; a later read makes
        another."""
        self._thread.submit(_disconnect).result()

    def _forget(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        del self._under_way[key]
        if not task.cancelled():
            task.exception()  # looked at, also where all who asked have left


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


def _disconnect() -> None:
    connection.close()  # each thread has its own behind this name


watching = Reader("watching")
connecting = Reader("connecting")
