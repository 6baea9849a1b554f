"""Writes what the wheel depends on into pyproject.toml: requirements.in's packages, in ranges.

A package may be as old as the one that is locked, with which everything is tested, and as new as
the last that should not break: of the same major version, or minor where the major is 0.
Where requirements.in says `==`, bug fixes alone are let in; where it gives a range, that is taken.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = ROOT / "pyproject.toml"
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(?P<extras>\[[\w,-]+\])?(?P<version>[=<>~!][^\s;#]*)?")
LOCKED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)", re.MULTILINE)
LIST = re.compile(r"^dependencies = \[\n(.*?)^\]\n", re.MULTILINE | re.DOTALL)


def dependencies(wanted: str, lock: str) -> list[str]:
    """The requirements of a wheel, from the text of requirements.in and of requirements.txt."""
    oldest: dict[str, str] = {}  # of a package that is locked for several Pythons, the first
    for locked in LOCKED.finditer(lock):
        oldest.setdefault(locked["name"].lower(), locked["version"])
    found = []
    for line in wanted.splitlines():
        required = REQUIREMENT.match(line)
        if required is None:  # a comment, or nothing
            continue
        name, extras, version = required["name"], required["extras"] or "", required["version"]
        if not version:
            version = compatible(oldest[name.lower()])
        elif version.startswith("=="):
            version = f"~={version[2:]}"
        elif "<" not in version:
            version = compatible(version.removeprefix(">="))
        found.append(f"{name}{extras}{version}")
    return sorted(found, key=str.lower)


def compatible(version: str) -> str:
    major, minor = (int(part) for part in version.split(".")[:2])
    below = f"{major + 1}" if major else f"0.{minor + 1}"
    return f">={version},<{below}"


def main(check: bool) -> int:
    wanted, lock = (ROOT / f"requirements.{kind}" for kind in ("in", "txt"))
    lines = "".join(
        f'    "{dependency}",\n'
        for dependency in dependencies(wanted.read_text(), lock.read_text())
    )
    before = PYPROJECT.read_text()
    after, written = LIST.subn(lambda _: f"dependencies = [\n{lines}]\n", before)
    assert written == 1
    if check and before != after:
        print("stale: pyproject.toml; run .venv/bin/python bin/dependencies.py", file=sys.stderr)
        return 1
    if before != after:
        PYPROJECT.write_text(after)
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
