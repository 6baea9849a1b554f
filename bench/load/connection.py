"""A bare TCP connection to the service, for what no HTTP client would do."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(origin: str, receives: int | None = None) -> AsyncIterator[Connection]:
    """Over a socket that keeps at most so many unread bytes, where that is said. Nothing of it is
    left at the end."""
    connection = socket.socket()
    if receives is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
    connection.setblocking(False)
    address = urlsplit(origin)
    try:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(connection, (address.hostname, address.port))
    except BaseException:
        connection.close()
        raise
    reader, writer = await asyncio.open_connection(sock=connection, limit=receives or 2**16)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()
