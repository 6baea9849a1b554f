from django.apps import AppConfig


class WorkersConfig(AppConfig):
    """An app without tables: it brings the command `draft`."""

    name = "workers"
