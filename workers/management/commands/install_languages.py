"""`manage.py install_languages [CODE…]`: what other scripts than Latin and Chinese are read by."""

import sys

from django.core.management.base import BaseCommand, CommandParser

from workers.management import install_languages


class Command(BaseCommand):
    help = "Fetch the data that Tesseract reads languages by, those named or the usual six."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("codes", nargs="*", metavar="CODE", help="as Tesseract calls it: kor")

    def handle(self, *args: object, codes: list[str], **options: object) -> None:
        if status := install_languages.main(codes):
            sys.exit(status)
