"""Language models that a person has connected to the service that the tests share."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

from bench.stack import Stack
from tests.workers.models.stand_in import JSON, Reply, calls, refuses, stand_in

PAGE = """<!doctype html><title>Sign in</title><style>body { background: #00ff00 }</style>
<h1>Welcome back</h1><p>Sign in to your farm</p>"""


def write_page(body: JSON) -> Reply:
    """Whoever asks: first the page, then, once it was compared, the end."""
    answered = sum(message["role"] == "tool" for message in body["messages"])
    if answered == 0:
        return calls(("write_file", {"path": "index.html", "content": PAGE}), ("compare", {}))
    return calls(("finish", {"summary": "It is green."}), first=answered)


def refuse_key(body: JSON) -> Reply:
    return refuses(401, "wrong key")


@contextmanager
def connected(stack: Stack, url: str, name: str, **settings: object) -> Iterator[str]:
    """The id of the model at `url`. It is removed in the end, as other tests have models of their
    own; until then it is the one that a new page proposes."""
    added = stack.post("/api/endpoints", {"url": url, "name": name, **settings})
    yield str(added["model_id"])
    address = f"{stack.origin}/api/endpoints/{added['id']}"
    with urlopen(Request(address, headers={"Origin": stack.origin}, method="DELETE")):
        pass


@contextmanager
def two_models(stack: Stack) -> Iterator[tuple[str, str]]:
    """The ids of “Kimi at home”, which has prices, and of “Locked”, whose key is refused."""
    with stand_in() as able, stand_in() as locked:
        able.answer, locked.answer = write_page, refuse_key
        prices = {"input_price": 600, "output_price": 3000}
        with (
            connected(stack, able.url, "kimi-k2.5", label="Kimi at home", **prices) as kimi,
            connected(stack, locked.url, "kimi-k2.5", label="Locked") as other,
        ):
            yield kimi, other
