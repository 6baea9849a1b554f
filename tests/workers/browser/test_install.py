"""Setting up a browser: once, and never twice."""

import io
import os
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from workers.browser import find, install
from workers.browser.errors import BrowserFailed, NoBrowser


@pytest.fixture
def stamp(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    stamp = tmp_path / "data" / "proved"
    monkeypatch.setattr(install, "STAMP", stamp)
    return stamp


def test_a_browser_proves_itself_once(stamp: Path, capsys: pytest.CaptureFixture[str]) -> None:
    browser = find.find_browser()
    install.prove(browser)
    assert "renders, isolation level" in capsys.readouterr().out
    before = stamp.stat().st_mtime_ns
    install.prove(browser)
    assert capsys.readouterr().out == ""
    assert stamp.stat().st_mtime_ns == before


def test_another_browser_has_to_prove_itself_again(stamp: Path, tmp_path: Path) -> None:
    install.prove(find.find_browser())
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(BrowserFailed):
        install.prove(broken)


def test_a_wrong_choice_is_an_error_and_installs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYWRIGHT_CHROMIUM", "/no/such/chrome")
    monkeypatch.setattr(install, "_run", pytest.fail)
    with pytest.raises(NoBrowser, match="/no/such/chrome"):
        install.install()


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No browser, no npm, no apt. Its folder is where Playwright keeps browsers."""
    browsers = tmp_path / "playwright"
    monkeypatch.delenv("PLAYWRIGHT_CHROMIUM", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(browsers))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(find, "IN_PLACE", (tmp_path / "none",))
    monkeypatch.setattr(find, "UNPACKED", tmp_path / "browser" / "chromium")
    monkeypatch.setattr(install, "UNPACKED", tmp_path / "browser" / "chromium")
    return browsers


class Downloads(BaseHTTPRequestHandler):
    """Answers as the server that Playwright fetches browsers from."""

    archive: ClassVar[bytes]

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.archive)))
        self.end_headers()
        self.wfile.write(self.archive)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    browser = find.find_browser()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("chrome-headless-shell-linux64/chrome-headless-shell", "ffmpeg-linux"):
            archive.writestr(name, f'#!/bin/sh\nexec {browser} "$@"\n')
    Downloads.archive = packed.getvalue()
    with ThreadingHTTPServer(("127.0.0.1", 0), Downloads) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        host = f"http://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", host)
        yield
        server.shutdown()
        thread.join()


def test_without_root_and_without_npm_playwright_fetches_a_browser(
    downloads: None, bare_machine: Path, stamp: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert install.main() == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "fetching Chromium" in said
    assert "renders, isolation level" in said
    assert find.find_browser().is_relative_to(bare_machine)


def test_where_nothing_can_be_fetched_the_way_out_is_named(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    assert install.main() == 1
    said = capsys.readouterr().err
    assert "fetching Chromium" in said
    assert "Install a Chromium by hand" in said


def test_shared_libraries_that_are_missing_are_all_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ldd").write_text(
        "#!/bin/sh\nprintf '\\tlibc.so.6 => /lib/libc.so.6 (0x1)\\n\\tlibnss3.so => not found\\n"
        "\\tlibasound.so.2 => not found\\n'\n"
    )
    (tmp_path / "ldd").chmod(0o755)
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PLAYWRIGHT_CHROMIUM", str(broken))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(install, "SUPPORT", ())
    assert install.main() == 1
    said = capsys.readouterr().err
    assert "libnss3.so, libasound.so.2" in said
    assert "playwright install-deps" in said
