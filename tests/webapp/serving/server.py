"""The web server of a test's own installation, in the loop of the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import uvicorn
from asgiref.typing import ASGI3Application
from django.core.asgi import get_asgi_application
from pytest_django import Settings

from webapp.local.serve import configuration, listening_socket
from webapp.serving.dispatch import by_host
from webapp.serving.timeouts import TimedHttp, TimedWebSocket, Timeouts

SHORT = Timeouts(head=1.5, window=1.0, window_bytes=200, answer=3.0)


@asynccontextmanager
async def served(
    settings: Settings, application: ASGI3Application | None = None, ping: float = 0.5
) -> AsyncIterator[str]:
    """The origin of the service, or of another application, with the web server's own options but
    shorter timeouts: `ping` seconds between two pings, and for the answer."""
    listening = listening_socket(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings.APP_ORIGIN = origin
    config = configuration()
    config.app = application or by_host(cast(ASGI3Application, get_asgi_application()))
    config.http = type("ShortHttp", (TimedHttp,), {"timeouts": SHORT})
    config.ws = type("ShortWebSocket", (TimedWebSocket,), {"closing_time": 0.2})
    config.ws_ping_interval = config.ws_ping_timeout = ping
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110  it sets no event
        await asyncio.sleep(0.01)
    try:
        yield origin
    finally:
        server.should_exit = True
        await serving
