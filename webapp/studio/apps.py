"""The Django app that keeps the record."""

from importlib import import_module

from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "webapp.studio"
    label = "studio"

    def ready(self) -> None:
        import_module("webapp.studio.checks")  # registers itself
