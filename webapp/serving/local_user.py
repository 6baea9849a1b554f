"""Who asks, while there are no accounts: always the one local user."""

from collections.abc import Callable

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject


def local_user() -> User:
    """The one person there is until sign-in exists; made at first use."""
    return User.objects.get_or_create(username="local")[0]


class LocalUser:
    """Django middleware: `request.user`, fetched when it is first looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.user = SimpleLazyObject(local_user)  # type: ignore[assignment]  # acts as a User
        return self._get_response(request)


class LocalUserScope:
    """The same for websockets: `scope["user"]`."""

    def __init__(self, application: ASGI3Application) -> None:
        self._application = application

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        with_user = {**scope, "user": SimpleLazyObject(local_user)}
        await self._application(with_user, receive, send)  # type: ignore[arg-type]  # as in Channels
