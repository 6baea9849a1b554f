"""Whether the web server at an address serves: the health check of a container.

`python -m webapp.local.ask_health http://127.0.0.1:8000`: exit status 0 where /healthz answers 200.
"""

import sys
from urllib.request import ProxyHandler, Request, build_opener

from webapp.environment import Environment
from webapp.origins import Origin

WITHIN = 8.0  # seconds


def main(address: str) -> int:
    """The server is asked as a browser asks it: by the interface's own name and path."""
    settings = Environment()
    host = Origin.parse(settings.app_origin).host
    request = Request(f"{address}{settings.app_path}/healthz", headers={"Host": host})
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=WITHIN) as response:
            sys.stdout.write(response.read().decode())
    except OSError as error:  # a refusal is one too
        sys.stdout.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
