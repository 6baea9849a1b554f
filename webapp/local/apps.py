"""An app without tables: it brings the command `up`."""

from django.apps import AppConfig


class LocalConfig(AppConfig):
    name = "webapp.local"
