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

DEFAULT_PORTS = {"http": 80, "https": 443}


def address_of(origin: str) -> tuple[str, int]:
    """Host and port of an origin such as `http://127.0.0.1:8000`."""
    parts = urlsplit(origin)
    return parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]


def listening_socket(address: tuple[str, int]) -> socket.socket:
    """Raises OSError."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    server = socket.socket(family)
    try:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(address)
    except OSError:
        server.close()
        raise
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
    uvicorn.Server(configuration()).run(
        sockets=[listening_socket(address_of(one)) for one in addresses]
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
