"""What the commands take in as a mockup."""

from pathlib import Path

from tests.webapp.studio.uploads.test_images import DATA
from tests.webapp.studio.uploads.test_pdf import pdf
from webapp.studio.blobs import FileBlobs
from workers.management.command_line import take_in


def test_of_a_pdf_the_first_page_is_the_mockup(tmp_path: Path) -> None:
    path = tmp_path / "brochure.pdf"
    path.write_bytes(pdf("red", "blue"))
    source = take_in(path, None, FileBlobs(tmp_path))
    assert (source.name, source.mockup.width, source.mockup.scale) == ("brochure", 600, 2)
    assert source.notes == ("Of its pages the first was taken.",)


def test_a_heic_is_a_mockup(tmp_path: Path) -> None:
    source = take_in(DATA / "turned.heic", 1, FileBlobs(tmp_path))
    assert (source.mockup.width, source.mockup.scale, source.notes) == (48, 1, ())
