"""Which faults, in which order: told by a seed. At which moment each meets the work is not."""

from random import Random

PROCESSES = ("the worker", "a process of the worker's pool", "the web server", "Redis")
SIGNALS = ("killed", "asked to end", "stopped for a while")
ENDS = tuple(f"{process}: {signal}" for process in PROCESSES for signal in SIGNALS)
BROWSER = (
    "the browser: killed as it launches",
    "the browser: killed as it renders",
    "the browser's driver: killed",
)
DECODER = "the process that decodes an upload: killed"
SERVICE = (
    "all of it: its first process killed, started again",
    "all of it: asked to end, started again",
    "all of it: every process killed at once, started again",
)
DATABASE = "the database: locked for a while"
FILES = (
    "a stored file: cut to nothing",
    "a stored file: other bytes of the same length",
    "a stored file: deleted",
    "a mockup: cut to nothing, uploaded again",
    "the store: a file that was being written is left over",
)
TWICE = (
    "the web server: killed four times in a row",
    "the worker and Redis: killed together",
)
KINDS = (*ENDS, *BROWSER, DECODER, *SERVICE, DATABASE, *FILES, *TWICE)


def planned(seed: int, count: int, only: str = "") -> list[str]:
    """Every kind about as often as any other, in an order of their own."""
    random = Random(seed)  # noqa: S311  a plan, no secret
    among = [kind for kind in KINDS if only in kind]
    kinds: list[str] = []
    while len(kinds) < count and among:
        kinds += random.sample(among, len(among))
    return kinds[:count]
