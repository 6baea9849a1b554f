"""`manage.py check_store`: whether all bytes that the record refers to are there, and whole."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from webapp.studio.errors import StoreUnavailable
from webapp.studio.messages import explain
from webapp.studio.services import check_store, collect_unreferenced
from webapp.studio.services.store import Files


class Command(BaseCommand):
    help = "Read every stored file and say which are damaged, missing, or referred to by nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--collect",
            action="store_true",
            help="delete what nothing has referred to for a day, as workers do once an hour",
        )

    def handle(self, *args: object, **options: object) -> None:
        try:
            if options["collect"]:
                self.stdout.write(f"deleted: {_told(collect_unreferenced())}")
            report = check_store()
        except StoreUnavailable as error:
            problem = explain(error)
            raise CommandError(f"{problem.message} {problem.hint}") from error
        self.stdout.write(f"stored: {_told(Files(report.count, report.size))}")
        self.stdout.write(f"referred to by nothing: {_told(report.unreferenced)}")
        self.stdout.write(f"never whole: {_told(report.half_written)}")
        for state, digests in (("damaged", report.damaged), ("missing", report.missing)):
            for digest in digests:
                self.stdout.write(f"{state}: {digest}")
        if report.damaged or report.missing:
            raise CommandError(
                "Some files are not as they were stored. Restore the folder “blobs”, or the bucket,"
                " from a backup; a picture is repaired when it is uploaded again."
            )


def _told(files: Files) -> str:
    return f"{files.count} files, {filesizeformat(files.size)}"
