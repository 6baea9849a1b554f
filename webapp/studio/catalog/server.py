"""What the model servers that are set up say of themselves, asked in the background.

A page never waits for it: the answer is there from the second look on.
"""

import threading
import time
from functools import lru_cache

from webapp.environment import Environment
from webapp.studio.catalog.capabilities import Capabilities
from webapp.studio.catalog.endpoints import ModelEndpoint

REFRESH_SECONDS = 60.0  # of a person's own endpoint
MINI_REFRESH_SECONDS = 5.0  # of a server on this machine
SILENT_REFRESH_SECONDS = 2.0


class ModelServer:
    """One server, asked now and then, and only while somebody looks."""

    def __init__(self, url: str, name: str, key: str, refresh_seconds: float) -> None:
        self._url = url
        self._name = name
        self._key = key
        self._refresh_seconds = refresh_seconds
        self._lock = threading.Lock()
        self._fetch_at = 0.0
        self._silent_since = time.monotonic()
        self._capabilities: Capabilities | None = None

    def capabilities(self) -> Capabilities | None:
        """What is known now. Never waits; None until the first answer."""
        with self._lock:
            due = time.monotonic() >= self._fetch_at
            if due:
                self._fetch_at = time.monotonic() + self._refresh_seconds
        if due:
            threading.Thread(target=self._fetch, name="model-server", daemon=True).start()
        return self._capabilities

    def silent_seconds(self) -> float:
        """How long it has not answered; 0 where it did when last asked."""
        if self._capabilities is not None and self._capabilities.answers:
            return 0.0
        return time.monotonic() - self._silent_since

    def _fetch(self) -> None:
        # heavy, and not needed where no server is set up
        from webapp.studio.catalog.probe import fetch_capabilities  # noqa: PLC0415

        capabilities = fetch_capabilities(self._url, self._name, self._key)
        if not capabilities.answers:
            self._fetch_at = time.monotonic() + SILENT_REFRESH_SECONDS
            if self._capabilities is not None and self._capabilities.answers:
                self._silent_since = time.monotonic()
        self._capabilities = capabilities


@lru_cache(maxsize=32)
def server_at(url: str, name: str, key: str, refresh_seconds: float) -> ModelServer:
    return ModelServer(url, name, key, refresh_seconds)


def server_of(endpoint: ModelEndpoint) -> ModelServer:
    """The server that a person connected."""
    return server_at(endpoint.url, endpoint.name, endpoint.key or "", REFRESH_SECONDS)


def mini_server_of(environment: Environment) -> ModelServer:
    """The server of Kimi mini, which serves nothing else."""
    return server_at(environment.mini_url, "", "", MINI_REFRESH_SECONDS)
