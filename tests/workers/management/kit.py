"""A command run as a person runs it, in this process."""

import io

from django.core.management import CommandError, call_command

from webapp.studio.values import Difference, Rect


def run_command(name: str, *arguments: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(name, *map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{err.getvalue()}{error}"
    return 0, out.getvalue(), err.getvalue()


PRICE = Difference(
    item='text "$9"',
    kind="size",
    expected="34 px",
    got="18 px",
    rect=Rect(x=640, y=200.4, width=40, height=30),
    selector="main > section.plans > div:nth-child(2) > p.price",
    line=42,
    cost=0.0213,
)
ICON = Difference(
    item="icon",
    kind="missing",
    expected="icon",
    got="",
    rect=Rect(x=12, y=1024, width=16, height=16),
    selector="",
    cost=0.004,
)
