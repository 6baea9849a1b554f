"""One ASGI application for both origins: the Host header says which side answers."""

import os
from typing import cast

from asgiref.typing import ASGI3Application
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
django_application = get_asgi_application()  # before what needs models

from webapp.serving.dispatch import by_host  # noqa: E402

application = by_host(cast(ASGI3Application, django_application))
