"""Fetching what other scripts are read by: from whoever has it, and never for nothing."""

import gzip
import os
import tarfile
from pathlib import Path

import pytest

from workers.management import install_languages


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where data are kept: empty, on a system without any."""
    folder = tmp_path / "share" / "tessdata"
    place = "workers.drafting.perceive.text.languages"
    monkeypatch.setattr(f"{place}.FETCHED", folder)
    monkeypatch.setattr(f"{place}.ON_SYSTEM", ())
    monkeypatch.setattr(install_languages, "FETCHED", folder)
    return folder


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The only folder that programs are looked for in."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\nPATH={os.defpath}\n{script}\n")
    path.chmod(0o755)


def test_a_language_that_is_not_known_is_refused(
    fetched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert install_languages.main(["kor", "klingon"]) == 2
    assert "klingon: not known. Known are rus, " in capsys.readouterr().err
    assert not fetched.exists()


@pytest.mark.usefixtures("programs")
def test_without_apt_and_npm_the_set_up_goes_on_and_says_what_to_do(
    fetched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert install_languages.main() == 0
    said = capsys.readouterr().out
    assert "no data for rus, ukr, ell, vie, heb, ara: their lines stay pictures" in said
    assert f"into {fetched}" in said
    assert install_languages.main(["kor"]) == 1  # asked for by name
    assert list(fetched.iterdir()) == []


def test_the_usual_languages_are_looked_for_once_and_one_by_name_again(
    fetched: Path, programs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = tmp_path / "asked"
    program(programs, "npm", f'echo "$2" >> {asked}; exit 1')
    for _ in range(2):
        assert install_languages.main() == 0
        assert "manage.py install_languages rus ukr ell vie heb ara" in capsys.readouterr().out
    assert len(asked.read_text().splitlines()) == 6
    assert install_languages.main(["heb"]) == 1
    assert asked.read_text().splitlines()[6:] == ["@tesseract.js-data/heb"]


def test_a_folder_that_cannot_be_written_is_said(
    fetched: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "share").write_text("no folder")
    assert install_languages.main() == 0
    assert f"{fetched} cannot be written: Not a directory." in capsys.readouterr().err


def test_data_come_from_npm_where_apt_has_none(
    fetched: Path, programs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "package" / "4.0.0").mkdir(parents=True)
    packed = tmp_path / "package" / "4.0.0" / "heb.traineddata.gz"
    packed.write_bytes(gzip.compress(b"letters" * 100_000))
    with tarfile.open(tmp_path / "heb.tgz", "w:gz") as archive:
        archive.add(tmp_path / "package", "package")
    program(programs, "apt-get", "exit 100")
    program(programs, "apt-cache", "exit 100")
    program(programs, "dpkg-deb", "exit 1")
    program(programs, "npm", f'test "$2" = @tesseract.js-data/heb && cp {tmp_path}/heb.tgz "$6"')
    assert install_languages.main(["heb"]) == 0
    assert (fetched / "heb.traineddata").read_bytes() == b"letters" * 100_000
    assert "heb, 0.7 MB" in capsys.readouterr().out
    assert install_languages.main(["heb"]) == 0
    assert capsys.readouterr().out == ""  # it is there
    assert [path.name for path in fetched.iterdir()] == ["heb.traineddata"]
