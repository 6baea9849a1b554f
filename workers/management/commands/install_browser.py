"""`manage.py install_browser`: a browser that renders, fetched where there is none."""

import sys

from django.core.management.base import BaseCommand

from workers.browser import install


class Command(BaseCommand):
    help = "Find or fetch the browser that pages are rendered in. `up` does it too."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        if status := install.main():
            sys.exit(status)
