"""The web server: one process, a listening socket for each address.

`python -m webapp.local.serve ADDRESS …`: on one machine an address each for the app and for
previews; behind a proxy that has two host names, one for both.
"""

import socket
import sys
from urllib.parse import urlsplit

import uvicorn

from webapp.environment import Environment
from webapp.serving.timeouts import TimedHttp, TimedWebSocket


def listen(origin: str) -> socket.socket:
    """A listening socket for an origin such as `http://127.0.0.1:8000`."""
    parts = urlsplit(origin)
    family = socket.AF_INET6 if ":" in (parts.hostname or "") else socket.AF_INET
    server = socket.socket(family)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((parts.hostname, parts.port))
    server.set_inheritable(True)
    return server


def configuration() -> uvicorn.Config:
    return uvicorn.Config(
        "webapp.asgi:application",
        http=TimedHttp,
        ws=TimedWebSocket,
        lifespan="off",
        log_level=Environment().log_level,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        ws_max_size=2**16,  # bytes; browsers send nothing
        ws_per_message_deflate=False,  # on one machine compressing costs more than it saves
        timeout_graceful_shutdown=2,  # open websockets would otherwise hold a restart
    )


def main(*addresses: str) -> None:
    uvicorn.Server(configuration()).run(sockets=[listen(address) for address in addresses])


if __name__ == "__main__":
    main(*sys.argv[1:])
