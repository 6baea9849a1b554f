"""What the page on troubleshooting quotes is what the program says."""

import re

from tests.docs.test_docs import ROOT
from webapp.studio.messages import MESSAGES

PAGE = ROOT / "docs" / "how-to" / "troubleshooting.md"


def test_every_quoted_sentence_is_said_somewhere() -> None:
    sources = [ROOT / "bin" / "setup", *(ROOT / "frontend" / "src").rglob("*.ts")]
    sources += [path for folder in ("webapp", "workers") for path in (ROOT / folder).rglob("*.py")]
    # a sentence may be written over two lines
    said = re.sub(r'"\s+f?"', "", "\n".join(path.read_text() for path in sources))
    quoted = re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(), re.MULTILINE)
    assert len(quoted) > 20
    assert [sentence for sentence in quoted if sentence not in said] == []


def test_what_a_person_may_meet_of_the_machine_is_there() -> None:
    text = PAGE.read_text()
    for code in ("disk_full", "store_unavailable", "no_browser", "worker_lost", "not_built"):
        assert MESSAGES[code].text in text
