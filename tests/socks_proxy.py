"""A SOCKS 5 proxy that alone knows some hosts by name, as one inside another network does."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

VERSION, CONNECT, NAME = 5, 1, 3
SUCCEEDED, HOST_UNREACHABLE = 0, 4


@dataclass
class SocksProxy:
    """`servers`: URLs by host; `asked`: the host and port of each connection asked for."""

    servers: Mapping[str, str]
    address: str
    asked: list[tuple[str, int]] = field(default_factory=list)

    def serve(self, client: socket.socket) -> None:
        with client, suppress(OSError, ValueError), client.makefile("rb") as stream:
            _, methods = stream.read(2)
            stream.read(methods)
            client.sendall(bytes((VERSION, 0)))  # no password
            _, command, _, kind, length = stream.read(5)
            assert (command, kind) == (CONNECT, NAME)
            host = stream.read(length).decode()
            self.asked.append((host, int.from_bytes(stream.read(2))))
            reply = SUCCEEDED if host in self.servers else HOST_UNREACHABLE
            client.sendall(bytes((VERSION, reply, 0, 1, *bytes(6))))
            if reply == SUCCEEDED:
                parts = urlsplit(self.servers[host])
                with socket.create_connection((parts.hostname, parts.port)) as server:
                    threading.Thread(target=_pass_on, args=(server, client), daemon=True).start()
                    _pass_on(client, server)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def socks_proxy(servers: Mapping[str, str]) -> Iterator[SocksProxy]:
    """Listens until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = SocksProxy(servers, f"127.0.0.1:{listener.getsockname()[1]}")

        def accept() -> None:
            with suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    threading.Thread(target=proxy.serve, args=(client,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield proxy
        finally:
            listener.shutdown(socket.SHUT_RDWR)  # which ends accept
