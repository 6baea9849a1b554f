"""The web server of one machine: one process, two sockets, one for the app and one for previews.

`python -m webapp.local.serve`. In production any ASGI server runs `webapp.asgi:application` behind
two host names instead.
"""

import socket
import sys
from urllib.parse import urlsplit

import uvicorn

from webapp.environment import Environment

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


def main(app_origin: str, preview_origin: str) -> None:
    config = uvicorn.Config(
        "webapp.asgi:application",
        lifespan="off",
        log_level=Environment().log_level,
        ws_ping_interval=20,
        ws_per_message_deflate=False,  # on one machine compressing costs more than it saves
        timeout_graceful_shutdown=2,  # open websockets would otherwise hold a restart
    )
    uvicorn.Server(config).run(
        sockets=[listening_socket(address_of(one)) for one in (app_origin, preview_origin)]
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
