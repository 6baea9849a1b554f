"""What `manage.py check` says about an installation before it serves anyone."""

from collections.abc import Sequence
from tempfile import TemporaryFile

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register()
def check_data_folder(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """Nothing can be kept where nothing can be written."""
    try:
        with TemporaryFile(dir=settings.DATA):
            return []
    except OSError:
        hint = "Make it writable, or set MOCKWRIGHT_DATA to another folder."
        return [Error(f"{settings.DATA} cannot be written to.", hint=hint, id="studio.E001")]


@register()
def check_front_end(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """Without its build the interface is one sentence."""
    if (settings.FRONTEND / "index.html").is_file():
        return []
    return [Warning("The interface has not been built.", hint="Run make setup.", id="studio.W001")]
