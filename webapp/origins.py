"""Addresses: who serves the interface and generated pages, and where a model server is."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

import idna

_NUMBERS = re.compile(r"\d+(\.\d+){3}")  # an IPv4 address, perhaps
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Origin:
    """A scheme and a host with its port, as the browser writes them: default ports left out."""

    scheme: str
    host: str

    @classmethod
    def parse(cls, text: str) -> "Origin":
        """Raises ValueError where `text` is more or less than scheme://host[:port]."""
        parts = urlsplit(text.rstrip("/"))
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{text!r} is not an origin")
        if parts.path or parts.query or parts.fragment or parts.username:
            raise ValueError(f"{text!r} is more than an origin")
        if parts.port == 0:
            raise ValueError("0 is the port of no origin")
        default = 443 if parts.scheme == "https" else 80
        name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        port = "" if parts.port in {None, default} else f":{parts.port}"
        return cls(parts.scheme, name + port)

    @property
    def hostname(self) -> str:
        """The host without its port; IPv6 keeps its brackets, as in a Host header."""
        head, _, tail = self.host.rpartition(":")
        return head if head and tail.isdigit() else self.host

    def aliases(self) -> tuple["Origin", ...]:
        """The origin itself first; where it is on loopback, every name of loopback."""
        if self.hostname not in LOOPBACK:
            return (self,)
        port = self.host.removeprefix(self.hostname)
        others = (Origin(self.scheme, name + port) for name in LOOPBACK)
        return (self, *(other for other in others if other != self))

    def policy_sources(self, scheme: str = "") -> str:
        """The aliases for a Content-Security-Policy, whose grammar knows no IPv6 address."""
        named = (alias for alias in self.aliases() if not alias.host.startswith("["))
        return " ".join(f"{scheme or alias.scheme}://{alias.host}" for alias in named)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}"


def server_address(text: str) -> str:
    """The address of a model server without its last slash. Raises ValueError, which repeats
    nothing of it: there may be a password inside."""
    address = text.strip()
    parts = urlsplit(address)
    if any(letter.isspace() or not letter.isprintable() for letter in address):
        raise ValueError("the address must hold no spaces or control characters")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("not the address of a model server")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("the address must hold no password, query or fragment")
    _ = parts.port  # raises where it is no number
    _check_host(parts.hostname, is_bracketed="[" in parts.netloc)
    return address.rstrip("/")


def _check_host(host: str, *, is_bracketed: bool) -> None:
    """Raises ValueError where no client can ask a host of this name."""
    if is_bracketed or _NUMBERS.fullmatch(host):
        ip_address(unquote(host))
    elif not host.isascii():
        idna.encode(host)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`, a name or an address."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
