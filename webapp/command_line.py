"""The command line: `mockwright up`, or `manage.py up` in a checkout."""

import os
import sys
from collections.abc import Sequence

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line, get_commands, load_command_class

from webapp import __version__

OURS = ("webapp", "workers")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. Exits with a sentence where the environment is wrong."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    try:
        execute_from_command_line([*(arguments or sys.argv)])
    except ImproperlyConfigured as error:
        sys.exit(str(error))


def mockwright() -> None:
    """The program that a wheel installs. Of Django it speaks only where it is asked for."""
    asked = sys.argv[1:]
    if asked in ([], ["help"], ["-h"], ["--help"]):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
        try:
            print(overview())
        except ImproperlyConfigured as error:
            sys.exit(str(error))
    elif asked in (["version"], ["--version"]):
        print(f"Mockwright {__version__}")
    else:
        main()


def overview() -> str:
    """Our own commands, each with the first sentence of its help."""
    django.setup()
    rows = []
    for name, app in sorted(get_commands().items()):
        if app.partition(".")[0] in OURS:
            sentence = load_command_class(app, name).help.partition(".")[0]
            rows.append(f"  mockwright {name:<18}{sentence}.")
    return "\n".join(
        ["Turns UI mockups into front-end code.", "", *rows, "", "mockwright COMMAND --help"]
    )
