"""The page about PROVENANCE.json names what is in the file."""

import re
from pathlib import Path

from webapp.studio.provenance import ModelProvenance, Provenance, ProvenanceStep, RequestCount

PAGE = (Path(__file__).parents[2] / "docs/reference/provenance.md").read_text()


def test_the_page_names_every_field_and_no_other() -> None:
    rows = re.findall(r"^\| (`.+?`) \|", PAGE, re.MULTILINE)
    told = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert told == list(dict.fromkeys(told))
    assert set(told) == set(Provenance.model_fields)


def test_the_page_names_the_fields_of_a_step() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE))
    for part in (ProvenanceStep, ModelProvenance, RequestCount):
        assert set(part.model_fields) <= named
