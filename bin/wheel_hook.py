"""Puts the built front end into a wheel. One installed in place, as for SGLang, needs none."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEnd(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        built = Path(self.root, "frontend", "dist")
        if not (built / "index.html").is_file():
            raise FileNotFoundError("The front end is not built. Run make wheel, which builds it.")
        build_data["force_include"][str(built)] = "webapp/frontend_dist"
