"""Fetches what Tesseract reads other scripts by: `python -m workers.management.install_languages`.

From Debian's packages, where apt is here (downloaded and unpacked, not installed: no root needed),
else from npm, which has all but Russian. A language that nobody has is said and does not stop the
set-up: without its data its lines are pictures, and the run says that they could not be read.
"""

import gzip
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from webapp.environment import IN_CHECKOUT
from workers.drafting.perceive.text.languages import CODES, FETCHED, installed_languages

USUAL = ("rus", "ukr", "ell", "vie", "heb", "ara")  # 9 MB
MEGABYTE = 1e6
PATIENCE = 120  # seconds for one package
INSTALL = f"{'.venv/bin/python manage.py' if IN_CHECKOUT else 'mockwright'} install_languages"


def main(codes: Sequence[str] = ()) -> int:
    """Fetches the languages named, or the usual ones. Returns the exit status: 2 for a language
    that is not known, 1 where one that was asked for by name could not be had."""
    if unknown := [code for code in codes if code not in CODES]:
        print(
            f"languages: {', '.join(unknown)}: not known. Known are {', '.join(CODES)}.",
            file=sys.stderr,
        )
        return 2
    missing = [code for code in codes or USUAL if code not in installed_languages()]
    if missing and (codes or not FETCHED.exists()):  # the usual ones are looked for once
        try:
            FETCHED.mkdir(parents=True, exist_ok=True)
            _fetch(missing)
        except OSError as error:
            print(f"languages: {FETCHED} cannot be written: {error.strerror}.", file=sys.stderr)
    absent = [code for code in codes or USUAL if code not in installed_languages()]
    if absent:
        print(
            f"languages: no data for {', '.join(absent)}: their lines stay pictures. Try again: "
            f"{INSTALL} {' '.join(absent)}. Or put "
            f"{', '.join(f'{code}.traineddata' for code in absent)} of "
            f"github.com/tesseract-ocr/tessdata_fast into {FETCHED}."
        )
    return 1 if codes and absent else 0


def _fetch(codes: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory(dir=FETCHED) as folder:
        for code in codes:
            work = Path(folder, code)
            work.mkdir()
            found = _from_debian(code, work) or _from_npm(code, work)
            if found is not None:
                size = found.stat().st_size / MEGABYTE
                found.replace(FETCHED / f"{code}.traineddata")
                print(f"languages: {code}, {size:.1f} MB", flush=True)


def _from_debian(code: str, work: Path) -> Path | None:
    """The data from Debian's package, unpacked in a folder; None where it cannot be had."""
    package = f"tesseract-ocr-{code}"
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    if not _succeeds("apt-cache", "show", package) and os.geteuid() == 0:
        _succeeds("apt-get", "update", "-qq")
    if not _succeeds("apt-get", "download", "-qq", package, folder=work):
        return None
    _succeeds("dpkg-deb", "-x", str(next(work.glob("*.deb"))), str(work))
    return next(work.rglob(f"{code}.traineddata"), None)


def _from_npm(code: str, work: Path) -> Path | None:
    """The data from npm's package for browsers, unpacked in a folder; None likewise."""
    package = f"@tesseract.js-data/{code}"
    quick = ("--silent", "--fetch-retries=0", "--pack-destination", str(work))
    if not _succeeds("npm", "pack", package, *quick):
        return None
    with tarfile.open(next(work.glob("*.tgz"))) as opened:
        opened.extractall(work, filter="data")
    packed = min(work.rglob("*.traineddata.gz"), key=lambda each: each.stat().st_size, default=None)
    if packed is None:
        return None
    found = work / "unpacked"
    found.write_bytes(gzip.decompress(packed.read_bytes()))
    return found


def _succeeds(*command: str, folder: Path | None = None) -> bool:
    if shutil.which(command[0]) is None:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, env=environment, check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
