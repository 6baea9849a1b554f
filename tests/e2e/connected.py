"""Language models that a person has connected: one that writes a page, and one that refuses."""

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
def two_models(stack: Stack) -> Iterator[tuple[str, str]]:
    """The ids of “Kimi at home”, which has prices, and of “Locked”, whose key is refused; they are
    removed in the end, as other tests have models of their own."""
    with stand_in() as able, stand_in() as locked:
        able.answer, locked.answer = write_page, refuse_key
        prices = {"input_price": 600, "output_price": 3000}
        kimi = {"url": able.url, "name": "kimi-k2.5", "label": "Kimi at home", **prices}
        other = {"url": locked.url, "name": "kimi-k2.5", "label": "Locked"}
        added = [stack.post("/api/endpoints", one) for one in (kimi, other)]
        yield str(added[0]["model_id"]), str(added[1]["model_id"])
        for one in added:
            address = f"{stack.origin}/api/endpoints/{one['id']}"
            with urlopen(Request(address, headers={"Origin": stack.origin}, method="DELETE")):
                pass
