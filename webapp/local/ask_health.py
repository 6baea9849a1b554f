"""Whether the web server at an address serves: the health check of a container.

`python -m webapp.local.ask_health http://127.0.0.1:8000`: exit status 0 where /healthz answers 200.
"""

import sys
from urllib.request import ProxyHandler, Request, build_opener

from webapp.environment import Environment
from webapp.origins import Origin

WITHIN = 8.0  # seconds


def fetch(url: str, within: float, host: str = "") -> str:
    """What a server of this machine answers, asked directly: the proxy that the environment may
    name is for other machines. `host` is what the request names as its own, where that is not the
    address it goes to; `within` seconds. Raises OSError, of a refusal too."""
    request = Request(url, headers={"Host": host} if host else {})
    with build_opener(ProxyHandler({})).open(request, timeout=within) as response:
        return str(response.read().decode())


def main(address: str) -> int:
    """The server is asked as a browser asks it: by the interface's own name and path."""
    settings = Environment()
    host = Origin.parse(settings.app_origin).host
    try:
        sys.stdout.write(fetch(f"{address}{settings.app_path}/healthz", WITHIN, host))
    except OSError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
