"""Each address of the page on projects is one of the API."""

import re
from pathlib import Path

from webapp.studio.api import api

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "projects.md").read_text()


def test_each_address_is_of_the_api() -> None:
    schema = api.get_openapi_schema()
    named = re.findall(r"`(GET|POST|DELETE) (/api/[\w/{}]+)", PAGE)
    assert len(named) == 5
    for method, path in named:
        assert method.lower() in schema["paths"][path], (method, path)
    for suffix in ("archive", "unarchive", "restore"):
        assert f"`/{suffix}`" in PAGE
        assert "post" in schema["paths"][f"/api/projects/{{project_id}}/{suffix}"]
