"""What a person does about a server that cannot be reached or refuses."""

import re
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from webapp.origins import is_loopback
from webapp.studio.catalog.refusals import Refusal

PROXY = (
    "The environment names a proxy (ALL_PROXY, HTTPS_PROXY) that cannot be used: it must be "
    "http://, https:// or socks5://. Correct it, or add this host to NO_PROXY, and restart "
    "Mockwright."
)
PROXY_FAILS = (
    "The proxy that the environment names (ALL_PROXY, HTTPS_PROXY) does not reach this host: check "
    "both."
)
NO_SUCH_HOST = "There is no host of this name: check its spelling."
NOBODY_LISTENS = "Nothing listens there: start the server, or correct the port."
NO_WAY = "There is no way to this host: check the network and address."
BEHIND = "LiteLLM answers, but not the server behind it: start that, or correct its api_base there."

# what the network's libraries say of a connection that did not come about, tried in this order
_CONNECTION = tuple(
    (re.compile(words, re.IGNORECASE), remedy)
    for words, remedy in (
        (
            r"proxy server|invalid username/password",
            PROXY_FAILS,
        ),
        (
            r"certificate",
            "Its certificate is not trusted here. Use one that is, or http:// inside your network.",
        ),
        (
            r"wrong.version|record layer|unknown protocol|http request",
            "It does not speak TLS there: write http:// instead of https://.",
        ),
        (
            r"name or service|nodename|temporary failure|no address|not known|getaddrinfo",
            NO_SUCH_HOST,
        ),
        (
            r"refused|connection attempts failed",
            NOBODY_LISTENS,
        ),
        (
            r"disconnected|protocol|illegal|reset|closed",
            "Something else is at this address, or it wants https://. Correct the address.",
        ),
        (r"unreachable|no route", NO_WAY),
    )
)
_CAUSES = {
    "timeout": "Nothing came back: check host and port, and what lies between, as a firewall does.",
    "sent_elsewhere": "Enter that address instead, if you trust it.",
    "unauthorised": "Enter the key again, and check that it is one of this server.",
    "no_such_model": "Choose one of the models that it offers, and check that the address ends "
    "in /v1.",
    "no_vision": "Choose a model that sees pictures; llama.cpp needs --mmproj for that.",
    "no_tools": "Start its server with a tool-call parser, or choose another model.",
    "context_exceeded": "Serve the model with a longer context.",
    "too_many_pictures": "Raise the limit of images in a request there "
    "(vLLM: --limit-mm-per-prompt).",
    "too_heavy": "Raise the limit of bytes at the server or the proxy before it.",
    "filtered": "Its content filter objects to the test: choose another model.",
    "no_credit": "Add credit to the account there, or enter the key of another.",
    "rate_limited": "Wait a few minutes, or look at the account's quota.",
    "overloaded": "The server has a fault of its own: read its log, then try again.",
}


def remedy_for(refusal: Refusal, url: str) -> str:
    """The one thing to do; empty where nothing is known."""
    if refusal.cause in ("unreachable", "timeout") and "litellm" in refusal.words:
        return BEHIND
    if refusal.cause != "unreachable":
        return _CAUSES.get(refusal.cause, "")
    found = (remedy for pattern, remedy in _CONNECTION if pattern.search(refusal.words))
    remedy = next(found, "Check the address, and that the server runs.")
    if remedy in {NO_SUCH_HOST, NOBODY_LISTENS, NO_WAY} and _is_proxied(url):
        return PROXY_FAILS  # it is the proxy's address that was asked
    if urlsplit(url).hostname in {"localhost", "127.0.0.1", "::1"}:
        remedy += " Inside a container, write host.docker.internal for this machine."
    return remedy


def _is_proxied(url: str) -> bool:
    """Whether the environment names a proxy for it."""
    address = urlsplit(url)
    host = address.hostname or ""
    proxies = getproxies()
    is_named = bool(proxies.get(address.scheme) or proxies.get("all"))
    return is_named and not is_loopback(host) and not proxy_bypass(host)
