"""Whether a server answers: its readiness, and what it says it serves."""

import http.client
import importlib.util
import json
import socket
import urllib.error
import urllib.request
from dataclasses import dataclass

from modelserver.refusal import Refusal

ANSWER_WITHIN = 25.0  # seconds; the health check waits for a token of its own

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # it is on this machine
REMEDIES = {"kt_kernel": "Install it as docs/how-to/serve-on-2-gpus-and-ram.md says."}


@dataclass(frozen=True)
class Served:
    """What /v1/models says."""

    name: str
    context: int  # tokens


def generates(url: str) -> bool:
    """Whether the server has just generated a token: SGLang's /health_generate answered 200."""
    try:
        with DIRECT.open(f"{url}/health_generate", timeout=ANSWER_WITHIN) as answer:
            return bool(answer.status == http.HTTPStatus.OK)
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return False


def served(url: str) -> Served:
    """Ask for the first model served. Raises OSError when the server does not answer."""
    with DIRECT.open(f"{url}/v1/models", timeout=ANSWER_WITHIN) as answer:
        card = json.load(answer)["data"][0]
    return Served(str(card["id"]), int(card["max_model_len"]))


def check_installed(packages: tuple[str, ...]) -> None:
    """Raises Refusal when a package that SGLang will import is missing."""
    for package in packages:
        if importlib.util.find_spec(package) is None:
            raise Refusal(
                f"{package} is not installed in this environment.",
                REMEDIES.get(package, "Run: make setup-modelserver"),
            )


def check_free(host: str, port: int) -> None:
    """Raises Refusal when this address cannot be listened on."""
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise Refusal(
            f"Port {port} on {host} cannot be used ({error.strerror or error}).",
            "Stop what listens there, or choose another with --port.",
        ) from error
