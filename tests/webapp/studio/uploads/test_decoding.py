"""What decoding an upload may take of the machine, and who decodes it."""

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import psutil
import pytest

from tests.webapp.conftest import picture
from tests.webapp.studio.uploads.test_images import DATA
from webapp.studio.errors import BadImage
from webapp.studio.uploads import decoding
from webapp.studio.uploads.decoding import AT_ONCE, DRAWS_SVG, decode
from webapp.studio.uploads.images import ImageLimits, Picture, read_pictures

LIMITS = ImageLimits(count=5, bytes=20 * 2**20, side=8000)
LARGE = picture(4000, 4000)  # 50 KB; 64 MB once it is decoded
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="9"/></svg>'


class NeverRead(BytesIO):
    """An upload that tells whether it was read."""

    was_read = False

    def read(self, size: int | None = -1) -> bytes:
        self.was_read = True
        return super().read(size)


def decoders(module: str = decode.__module__) -> list[psutil.Process]:
    """The processes of a module that read files for this one."""
    found = []
    for child in psutil.Process().children():
        try:
            if module in child.cmdline():
                found.append(child)
        except psutil.Error:
            continue
    return found


@contextmanager
def most_decoders() -> Iterator[list[int]]:
    """How many decoded at once, seen every few milliseconds while the block runs."""
    seen, ended = [0], threading.Event()

    def look() -> None:
        while not ended.is_set():
            seen[0] = max(seen[0], len(decoders()))
            time.sleep(0.005)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        yield seen
    finally:
        ended.set()
        looker.join()


def wait_for_decoders(count: int, module: str = decode.__module__) -> list[psutil.Process]:
    give_up_at = time.monotonic() + 20
    while len(found := decoders(module)) < count:
        assert time.monotonic() < give_up_at
        time.sleep(0.005)
    return found


def decoded(file: BytesIO, name: str = "a.png", limits: ImageLimits = LIMITS) -> Picture:
    (picture,) = decode(file, name, limits)
    return picture


def started(pool: ThreadPoolExecutor, file: BytesIO) -> Future[Picture]:
    return pool.submit(decoded, file)


def refusal(data: bytes, limits: ImageLimits = LIMITS) -> str:
    with pytest.raises(BadImage) as caught:
        decoded(BytesIO(data), limits=limits)
    return caught.value.code


def test_what_another_process_decodes_is_what_is_decoded_here() -> None:
    data = picture(100, 80)
    here = read_pictures(data, "a@2x.png", LIMITS)
    assert [decoded(BytesIO(data), "a@2x.png")] == list(here)


def test_what_is_wrong_with_a_picture_is_told() -> None:
    assert refusal(picture()[:100]) == "image_truncated"
    with pytest.raises(BadImage) as caught:
        decoded(BytesIO(picture(8001, 10)))
    assert (caught.value.code, "8,001" in caught.value.detail) == ("image_too_large", True)


def test_no_more_of_a_heavy_file_is_read_than_tells_that_it_is_heavy() -> None:
    file = BytesIO(bytes(3 * LIMITS.bytes))
    with pytest.raises(BadImage) as caught:
        decoded(file)
    assert caught.value.code == "image_too_heavy"
    assert file.tell() == LIMITS.bytes + 1


def test_of_many_pictures_at_once_two_are_decoded_and_the_others_wait() -> None:
    before = psutil.Process().memory_info().rss
    with most_decoders() as seen, ThreadPoolExecutor(6) as pool:
        pictures = list(pool.map(lambda _: decoded(BytesIO(LARGE)), range(6)))
        grown = psutil.Process().memory_info().rss - before
    assert [one.width for one in pictures] == [4000] * 6
    assert seen[0] == 2
    assert grown < 50 * 2**20  # one picture would be more


def test_an_upload_that_waits_is_not_read_into_memory() -> None:
    last = NeverRead(LARGE)
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        first = [started(pool, BytesIO(LARGE)) for _ in range(AT_ONCE)]
        wait_for_decoders(AT_ONCE)
        waiting = started(pool, last)
        time.sleep(0.05)
        assert not any(one.done() for one in first)
        assert not last.was_read
        assert waiting.result().width == 4000


def test_a_picture_that_takes_too_much_memory_is_refused() -> None:
    assert refusal(LARGE, replace(LIMITS, memory=80 * 2**20)) == "image_too_complex"


def test_a_picture_that_takes_too_long_is_refused() -> None:
    assert refusal(picture(8000, 8000), replace(LIMITS, seconds=1)) == "image_too_complex"


def test_wherever_a_heic_is_damaged_it_is_taken_or_refused_with_a_code() -> None:
    """Some of them end the decoder with a segmentation fault."""
    whole = (DATA / "turned.heic").read_bytes()
    codes = set()
    for place in range(0, len(whole), 12):
        data = bytearray(whole)
        data[place] = 0xFF
        try:
            decoded(BytesIO(data))
        except BadImage as error:
            codes.add(error.code)
    assert "image_truncated" in codes
    assert codes <= {"image_truncated", "file_video", "image_too_large", "bad_image"}


def test_a_decoder_that_is_killed_once_is_started_again() -> None:
    with ThreadPoolExecutor(1) as pool:
        dying = started(pool, BytesIO(LARGE))
        wait_for_decoders(1)[0].kill()
        assert dying.result().width > 64


def test_a_decoder_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "HANGS_AFTER", 0.02)
    with ThreadPoolExecutor(1) as pool:
        hanging = started(pool, BytesIO(LARGE))
        first = wait_for_decoders(1)[0]
        first.suspend()
        hanging.exception(20)  # the second may have been quick
        assert not first.is_running()


def test_a_decoder_that_dies_is_told_and_its_turn_is_free_again() -> None:
    for _ in range(AT_ONCE + 1):
        with ThreadPoolExecutor(1) as pool:
            dying = started(pool, BytesIO(LARGE))
            first = wait_for_decoders(1)[0]
            first.kill()
            while (second := wait_for_decoders(1)[0]) == first:
                time.sleep(0.005)
            second.kill()
            error = dying.exception()
        assert isinstance(error, BadImage)
        assert error.code == "image_too_complex"
    assert decoded(BytesIO(picture())).width == 64


def test_a_decoder_that_dies_before_it_has_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "decoder"
    program.write_text("#!/bin/sh\nkill -9 $$\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    assert refusal(bytes(5 * 2**20)) == "image_too_complex"


def test_a_fault_of_ours_is_not_blamed_on_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(RuntimeError):
        decoded(BytesIO(picture()))


def test_an_svg_is_drawn_and_read() -> None:
    drawn = decoded(BytesIO(SVG), "logo.svg")
    assert (drawn.format, drawn.width, drawn.height, drawn.scale) == ("SVG", 600, 400, 2)
    assert drawn.notes == ()
    assert drawn.thumbnail.startswith(b"\x89PNG")


def test_why_an_svg_is_not_drawn_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadImage) as caught:
        decoded(BytesIO(SVG.replace(b"300", b"9000")))
    assert (caught.value.code, "9,000" in caught.value.detail) == ("image_too_large", True)
    monkeypatch.setenv("PLAYWRIGHT_CHROMIUM", "/no/browser")
    with pytest.raises(BadImage) as caught:
        decoded(BytesIO(SVG))
    assert (caught.value.code, "/no/browser" in caught.value.detail) == ("file_svg", True)


@pytest.mark.parametrize(
    ("data", "module"), [(LARGE, decode.__module__), (SVG, DRAWS_SVG)], ids=["decodes", "draws"]
)
def test_who_reads_a_file_sees_nothing_secret(
    data: bytes, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKWRIGHT_MODEL_KEY", "sk-secret")
    with ThreadPoolExecutor(1) as pool:
        running = started(pool, BytesIO(data))
        environment = wait_for_decoders(1, module)[0].environ()
        running.result()
    assert environment
    assert "sk-secret" not in environment.values()
