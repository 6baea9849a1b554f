"""How model servers are reached. Imports a large library: load it where it is needed."""

import os
from typing import Any
from urllib.parse import urlsplit

from httpx2 import Limits, ProxyError, Request, Response
from openai import DefaultAsyncHttpxClient, DefaultHttpxClient
from socksio import SOCKSError

from webapp.origins import is_loopback

# a server may have left an older connection: which request meets that is chance
_ONE_EACH = Limits(max_keepalive_connections=0)


class _Client(DefaultHttpxClient):
    """Tells of a proxy that speaks no SOCKS in the way of all that the network does wrong."""

    def send(self, request: Request, **options: Any) -> Response:
        try:
            return super().send(request, **options)
        except SOCKSError as error:
            raise ProxyError(f"The proxy server spoke no SOCKS: {error}.") from error


class _AsyncClient(DefaultAsyncHttpxClient):
    """The same for an event loop."""

    async def send(self, request: Request, **options: Any) -> Response:
        try:
            return await super().send(request, **options)
        except SOCKSError as error:
            raise ProxyError(f"The proxy server spoke no SOCKS: {error}.") from error


def http_client(url: str) -> DefaultHttpxClient:
    """For requests to `url`. This machine is asked directly: the proxy that the environment may
    name is for others. It follows no redirection: a person's words, pictures and key are for this
    address. Raises ImportError and ValueError where that proxy cannot be used."""
    _name_socks_version()
    return _Client(limits=_ONE_EACH, trust_env=_is_elsewhere(url), follow_redirects=False)


def async_http_client(url: str) -> DefaultAsyncHttpxClient:
    """The same for an event loop."""
    _name_socks_version()
    return _AsyncClient(limits=_ONE_EACH, trust_env=_is_elsewhere(url), follow_redirects=False)


def _name_socks_version() -> None:
    """GNOME and others write socks:// into the environment and mean SOCKS 5; the library wants it
    said."""
    for name, proxy in list(os.environ.items()):
        scheme, separator, address = proxy.partition("://")
        if name.lower().endswith("_proxy") and separator and scheme.lower() == "socks":
            os.environ[name] = f"socks5://{address}"


def _is_elsewhere(url: str) -> bool:
    return not is_loopback(urlsplit(url).hostname or "")
