"""How model servers are reached. Imports a large library: load it where it is needed."""

from urllib.parse import urlsplit

from httpx2 import Limits
from openai import DefaultAsyncHttpxClient, DefaultHttpxClient

from webapp.origins import is_loopback

# a server may have left an older connection: which request meets that is chance
_ONE_EACH = Limits(max_keepalive_connections=0)


def http_client(url: str) -> DefaultHttpxClient:
    """For requests to `url`. This machine is asked directly: the proxy that the environment may
    name is for others. Raises ImportError and ValueError where that proxy cannot be used."""
    return DefaultHttpxClient(limits=_ONE_EACH, trust_env=_is_elsewhere(url))


def async_http_client(url: str) -> DefaultAsyncHttpxClient:
    """The same for an event loop. It follows no redirection: a person's words, pictures and key are
    for this address."""
    return DefaultAsyncHttpxClient(
        limits=_ONE_EACH, trust_env=_is_elsewhere(url), follow_redirects=False
    )


def _is_elsewhere(url: str) -> bool:
    return not is_loopback(urlsplit(url).hostname or "")
