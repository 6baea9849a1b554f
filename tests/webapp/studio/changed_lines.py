"""What a change of files does to their lines."""

import difflib
from collections.abc import Mapping


def changed_lines(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The lines that differ, those taken out before those put in, under the path of each file."""
    lines = []
    for path in sorted(after):
        lines.append(f"{path}:")
        old, new = before.get(path, "").splitlines(), after[path].splitlines()
        lines += [
            line.rstrip()
            for line in difflib.unified_diff(old, new, n=0, lineterm="")
            if not line.startswith(("---", "+++", "@@"))
        ]
    return "\n".join(lines)
