"""`python -m workers.models.simulated.seeing --port 8791`: serve the seeing model."""

import argparse

from workers.models.simulated.seeing.policy import Behaviour
from workers.models.simulated.seeing.reports import PARTS
from workers.models.simulated.seeing.server import Service, make_server


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m workers.models.simulated.seeing")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--context", type=int, default=131_072, help="tokens of its window")
    parser.add_argument(
        "--hide", default="", help=f"parts of reports that it does not read: {','.join(PARTS)}"
    )
    parser.add_argument("--mistakes", type=int, default=0, help="mistakes on its first page")
    parser.add_argument("--gaps", type=int, default=0, help="texts that it leaves out there")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds before each answer")
    options = parser.parse_args()
    hidden = frozenset(filter(None, options.hide.split(",")))
    if unknown := hidden - set(PARTS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    service = Service(
        options.context, Behaviour(hidden, options.mistakes, options.gaps), options.pause
    )
    server = make_server(service, options.port)
    print(f"http://127.0.0.1:{server.server_address[1]}/v1", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
