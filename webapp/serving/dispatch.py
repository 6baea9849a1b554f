"""Send each request to the side that its Host header names, and the interface's below its path."""

from dataclasses import dataclass
from typing import Any, cast

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import path, re_path

from webapp.origins import Origin
from webapp.previews.app import previews
from webapp.responses import header, reject, send_response
from webapp.serving.body_limit import BodyLimit
from webapp.serving.local_user import LocalUserScope
from webapp.studio.consumers import RunConsumer
from webapp.studio.messages import message_for


@dataclass(frozen=True)
class HostRouter:
    """The interface on its hosts, generated pages on theirs, a sentence on any other."""

    interface: ASGI3Application
    previews: ASGI3Application
    interface_hosts: frozenset[str]
    preview_hosts: frozenset[str]

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        host = header(scope, b"host").lower()
        if host in self.interface_hosts:
            await self.interface(scope, receive, send)
        elif host in self.preview_hosts:
            await self.previews(scope, receive, send)
        else:
            await _refuse(scope, send, 400)


@dataclass(frozen=True)
class BelowPath:
    """An application on the addresses below `path` of its origin; a sentence on any other."""

    application: ASGI3Application
    path: str

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] == "lifespan" or scope["path"].startswith(f"{self.path}/"):
            await self.application(cast(Scope, {**scope, "root_path": self.path}), receive, send)
        elif scope["type"] == "http" and scope["path"] == self.path:
            await send_response(send, 308, b"", {"location": f"{self.path}/"})
        else:
            await _refuse(scope, send, 404)


async def _refuse(scope: Scope, send: ASGISendCallable, status: int) -> None:
    message = message_for("bad_host")
    hint = f"{message.hint.rstrip('.')}: {settings.APP_ORIGIN}{settings.APP_PATH}"
    await reject(scope, send, status, f"{message.text} {hint}")


def by_host(django: ASGI3Application) -> HostRouter:
    """The whole service, from Django's HTTP application."""
    runs = path("ws/runs/<str:run_id>", RunConsumer.as_asgi())
    websockets = URLRouter([runs, re_path("", cast(Any, _nowhere))])
    protocols = ProtocolTypeRouter({"http": django, "websocket": LocalUserScope(websockets)})
    interface = BodyLimit(protocols, settings.MAX_BODY)
    return HostRouter(
        interface=BelowPath(interface, settings.APP_PATH),
        previews=previews,
        interface_hosts=_hosts(settings.APP_ORIGIN),
        preview_hosts=_hosts(settings.PREVIEW_ORIGIN),
    )


async def _nowhere(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """A websocket to an address that has none."""
    message = message_for("not_found")
    await reject(scope, send, 404, f"{message.text} {message.hint}")


def _hosts(origin: str) -> frozenset[str]:
    return frozenset(alias.host for alias in Origin.parse(origin).aliases())
