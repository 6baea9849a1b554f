"""The web server of one machine: one process, two sockets, one for the app and one for previews; or
a single one for both, behind a reverse proxy.

`python -m webapp.local.serve`. In production any ASGI server runs `webapp.asgi:application` behind
two host names instead.
"""

import socket
import sys
from urllib.parse import urlsplit

import uvicorn

from webapp.environment import Environment


def listen(origin: str) -> socket.socket:
    """A listening socket for an origin such as `http://127.0.0.1:8000`."""
    parts = urlsplit(origin)
    family = socket.AF_INET6 if ":" in (parts.hostname or "") else socket.AF_INET
    server = socket.socket(family)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((parts.hostname, parts.port))
    server.set_inheritable(True)
    return server


def main(*addresses: str) -> None:
    config = uvicorn.Config(
        "webapp.asgi:application",
        lifespan="off",
        log_level=Environment().log_level,
        ws_ping_interval=20,
        ws_per_message_deflate=False,  # on one machine compressing costs more than it saves
        timeout_graceful_shutdown=2,  # open websockets would otherwise hold a restart
    )
    uvicorn.Server(config).run(sockets=[listen(address) for address in addresses])


if __name__ == "__main__":
    main(*sys.argv[1:])
