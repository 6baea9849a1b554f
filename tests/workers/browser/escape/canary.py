"""A listener on a port of its own for each probe: whatever arrives there escaped."""

import selectors
import socket
import threading
from collections.abc import Iterable
from types import TracebackType

# Below those that a system hands out: who was given one of them, and asks there for a service that
# is not up yet or no longer, is not to be taken for a page.
PORTS = range(20_000, 30_000)
REPLY = (
    b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n"
    b"Content-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


class Canary:
    """TCP and UDP on one port per name, on every address of this machine. Use as a context."""

    def __init__(self, names: Iterable[str]) -> None:
        self.hits: set[str] = set()
        self._selector = selectors.DefaultSelector()
        self._untried = iter(PORTS)
        self.ports = {name: self._listen(name) for name in names}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="canary")

    def __enter__(self) -> "Canary":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
        self._selector.close()

    def _listen(self, name: str) -> int:
        """Listen on a free port, the same for TCP and UDP; returns it."""
        for port in self._untried:
            udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            try:
                udp.bind(("::", port))
                tcp = socket.create_server(
                    ("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64
                )
            except OSError:  # taken
                udp.close()
                continue
            for listener in (tcp, udp):
                listener.setblocking(False)
                self._selector.register(listener, selectors.EVENT_READ, name)
            return port
        raise OSError(f"no port is free for {name}")

    def _watch(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select(timeout=0.1):
                listener = key.fileobj
                assert isinstance(listener, socket.socket)
                self.hits.add(key.data)
                if listener.type == socket.SOCK_DGRAM:
                    listener.recvfrom(65_536)
                else:
                    _answer(listener)


def _answer(listener: socket.socket) -> None:
    """Take one connection and answer it as HTTP, whatever it speaks."""
    try:
        connection, _ = listener.accept()
    except BlockingIOError:
        return
    with connection:
        connection.settimeout(0.2)
        try:
            connection.recv(65_536)
            connection.sendall(REPLY)
        except OSError:
            return
