"""The interface's addresses. Websockets are in `asgi.py`, generated pages in `previews`."""

from django.urls import path, re_path

from webapp.serving.shell import app_shell
from webapp.studio.api import api
from webapp.studio.health import healthz

handler400 = handler404 = "webapp.studio.error_handlers.respond"
handler500 = "webapp.studio.error_handlers.handler500"

urlpatterns = [
    path("healthz", healthz),
    path("api/", api.urls),
    re_path(r"^(?!api/|static/|ws/).*$", app_shell),
]
