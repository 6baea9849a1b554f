"""`manage.py up --reload`: a changed source starts again what runs it."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from watchfiles import watch

from webapp.local.supervisor import ChildKeepsDying, Program, Supervisor

ROOT = Path(__file__).resolve().parents[2]
LOOK_EVERY = 500  # ms
RUN_BY: Mapping[Path, tuple[str, ...]] = {
    ROOT / "webapp": ("web server", "worker"),
    ROOT / "workers": ("worker",),
    ROOT / "frontend" / "dist": ("web server",),  # it looks at its files once
}


def frontend_build() -> Program:
    """Vite, which writes frontend/dist anew whenever a source of it changes."""
    path = f"PATH={os.environ.get('PATH', '')}{os.pathsep}{ROOT / '.venv' / 'bin'}"
    build = ("run", "--silent", "build", "--", "--watch", "--logLevel", "warn")
    return Program("front-end build", ("env", path, "npm", "--prefix", "frontend", *build))


def watch_sources(
    supervisor: Supervisor,
    say: Callable[[str], None],
    run_by: Mapping[Path, tuple[str, ...]] = RUN_BY,
) -> None:
    """Keep everything running until `supervisor.stop` is set; where something changes in a folder
    of `run_by`, start its programs again. One that cannot start waits until it is mended."""
    is_broken = False
    looks = watch(
        *run_by,
        stop_event=supervisor.stop,
        rust_timeout=LOOK_EVERY,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    for changes in looks:
        paths = [Path(path) for _, path in changes]
        names = {
            name
            for folder, names in run_by.items()
            for name in names
            if any(path.is_relative_to(folder) for path in paths)
        }
        if names:
            say(f"{paths[0].name} changed; starting again: {', '.join(sorted(names))}")
            supervisor.restart(names)
            is_broken = False
        elif not is_broken:
            try:
                supervisor.revive()
            except ChildKeepsDying as error:
                is_broken = True
                say(f"{error} It is started again on the next change.")
