"""The interface's addresses. Websockets are in `asgi.py`, generated pages in `previews`."""

from django.urls import path, re_path

from webapp.shell import app_shell
from webapp.studio.api import api
from webapp.studio.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("api/", api.urls),
    re_path(r"^(?!api/|static/|ws/).*$", app_shell),
]
