"""Rules, design tokens and pages to start from: what is taken, and why the rest is not."""

import io
import random
import stat
import struct
import zipfile
from dataclasses import replace

import pytest

from webapp.settings import REFERENCE_LIMITS
from webapp.studio.errors import BadReference
from webapp.studio.uploads.references import Reference, ReferenceLimits, read_reference

PAGE = {"index.html": b"<!doctype html><p>Hello", "style.css": b"p { color: teal }"}


def zipped(files: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for path, content in files.items():  # without the time, which a test's name would have
            archive.writestr(zipfile.ZipInfo(path), content, kind)
    return buffer.getvalue()


def within(**sizes: int) -> ReferenceLimits:
    return replace(REFERENCE_LIMITS, site=replace(REFERENCE_LIMITS.site, **sizes))


def take(data: bytes, name: str, limits: ReferenceLimits = REFERENCE_LIMITS) -> Reference:
    return read_reference(data, name, limits)


def refusal(data: bytes, name: str, limits: ReferenceLimits = REFERENCE_LIMITS) -> tuple[str, str]:
    with pytest.raises(BadReference) as caught:
        take(data, name, limits)
    return caught.value.code, caught.value.detail


@pytest.mark.parametrize("name", ["DESIGN.md", "notes.TXT"])
def test_text_is_rules(name: str) -> None:
    taken = take("\ufeffBlau für Knöpfe".encode(), name)
    assert (taken.kind, taken.text) == ("rules", "Blau für Knöpfe")


@pytest.mark.parametrize(
    "text", ['{"color": {"brand": {"$type": "color", "$value": "#5b5bd6"}}}', '["#fff"]']
)
def test_json_is_design_tokens_as_they_are_written(text: str) -> None:
    taken = take(text.encode(), "tokens.json")
    assert (taken.kind, taken.text) == ("tokens", text)


@pytest.mark.parametrize(
    ("data", "name", "code", "detail"),
    [
        (b"x", "setup.exe", "reference_unknown", ""),
        (b"x", "README", "reference_unknown", ""),
        (b"", "DESIGN.md", "reference_empty", ""),
        (b"ab\xff", "DESIGN.md", "reference_not_text", "Byte 3 is not."),
        (b"a\0b", "DESIGN.md", "reference_not_text", "It has bytes that no text has."),
        (b"x" * 102_401, "DESIGN.md", "reference_too_large", "It has 100 KB; at most 100 KB are"),
        (b'{\n  "a": 1\n  "b": 2}', "t.json", "tokens_not_json", "Line 3, column 3: Expecting"),
        (b"[" * 100_000, "t.json", "tokens_not_json", "It is nested too deeply."),
        (b"x" * 204_800, "t.json", "reference_too_large", "It has 200 KB; at most 100 KB are"),
        (b"no zip", "site.zip", "base_not_zip", ""),
        (zipped(PAGE)[:-40], "site.zip", "base_not_zip", ""),
        (zipped({}), "site.zip", "base_no_page", ""),
        (zipped({"a.html": b"", "b.css": b""}), "s.zip", "base_no_page", "It has a.html."),
        (zipped({"x/../../index.html": b""}), "s.zip", "base_bad_name", "leads out"),
        (zipped({"/index.html": b""}), "s.zip", "base_bad_name", "leads out"),
        (zipped({"a\\index.html": b""}), "s.zip", "base_bad_name", "leads out"),
        (zipped({**PAGE, "aux.css": b""}), "s.zip", "base_bad_name", "Windows reserves"),
        (zipped({**PAGE, "Style.css": b""}), "s.zip", "base_bad_name", "Write it the same way"),
        (zipped({**PAGE, "a": b"", "a/b": b""}), "s.zip", "base_bad_name", "cannot be a folder"),
        (zipped({**PAGE, "a/b": b"", "a": b""}), "s.zip", "base_bad_name", "is a folder"),
        (zipped({**PAGE, "a/" * 8 + "b": b""}), "s.zip", "base_bad_name", "deeper than 8"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_cause(
    data: bytes, name: str, code: str, detail: str
) -> None:
    said, told = refusal(data, name)
    assert said == code
    assert detail in told and bool(detail) == bool(told)


def test_a_text_of_the_most_bytes_is_taken() -> None:
    assert len(take(b"x" * 102_400, "DESIGN.md").text) == 102_400


def test_a_page_is_taken_file_by_file() -> None:
    taken = take(zipped(PAGE), "site.zip")
    assert (taken.kind, dict(taken.files), taken.notes) == ("base", PAGE, ())


def test_the_folder_around_a_page_is_taken_off() -> None:
    files = {f"repo-main/{path}": content for path, content in PAGE.items()}
    assert dict(take(zipped({"repo-main/": b"", **files}), "site.zip").files) == PAGE
    inner = {"css/index.html": b"", "index.html": b""}
    assert dict(take(zipped(inner), "site.zip").files) == inner


def test_what_is_no_part_of_a_page_is_left_out_and_said() -> None:
    taken = take(
        zipped(
            {
                **{f"site/{path}": content for path, content in PAGE.items()},
                "site/.git/config": b"",
                "site/.DS_Store": b"",
                "site/node_modules/" + "deep/" * 20 + "aux.js": b"",
                "__MACOSX/site/._index.html": b"",
            }
        ),
        "site.zip",
    )
    assert dict(taken.files) == PAGE
    assert taken.notes == ("Left out: .git, .DS_Store, node_modules, __MACOSX.",)


def test_the_sizes_are_held_to_their_limits() -> None:
    many = {"index.html": b"", **{f"{number}.css": b"" for number in range(149)}}
    assert len(take(zipped(many), "site.zip").files) == 150
    code, detail = refusal(zipped({**many, "one-more.css": b""}), "site.zip")
    assert (code, detail) == ("base_too_many_files", "It has 151; at most 150 are taken.")

    exact = {"index.html": b"x" * 1000}
    assert take(zipped(exact), "site.zip", within(unpacked_bytes=1000)).files
    assert refusal(zipped(exact), "site.zip", within(unpacked_bytes=999))[0] == "base_too_large"
    packed = len(zipped(exact))
    assert take(zipped(exact), "site.zip", within(packed_bytes=packed)).files
    assert refusal(zipped(exact), "site.zip", within(packed_bytes=packed - 1)) == (
        "base_too_large",
        "At most 0 MB zipped and 20 MB unpacked are taken.",
    )
    heavy = {"index.html": b"", "video.mp4": b"\0" * (8 * 2**20 + 1)}
    assert "at most 8 MB" in refusal(zipped(heavy), "site.zip")[1]


def test_a_zip_that_lies_about_its_sizes_is_unpacked_no_further_than_allowed() -> None:
    bomb = bytearray(zipped({"index.html": b"\0" * 10**7}))
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", bomb, bomb.index(signature) + place, 5)
    assert refusal(bytes(bomb), "site.zip", within(unpacked_bytes=1000))[0] in {
        "base_too_large",
        "base_not_zip",
    }


def test_an_encrypted_zip_and_one_with_a_link_are_refused() -> None:
    locked = bytearray(zipped(PAGE))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(signature) + place] |= 1
    assert refusal(bytes(locked), "site.zip")[0] == "base_encrypted"

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("index.html")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert refusal(buffer.getvalue(), "site.zip") == ("base_bad_name", "'index.html' is a link.")


def test_a_name_that_comes_twice_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("index.html", "1")
        archive.writestr("index.html", "2")
    assert refusal(buffer.getvalue(), "site.zip")[1] == "'index.html' is in it twice."


def test_whatever_is_done_to_a_zip_it_is_taken_or_refused() -> None:
    draw = random.Random(7)
    sound = zipped({**PAGE, "assets/a.svg": b"<svg/>" * 50})
    refused = 0
    for _ in range(1500):
        broken = bytearray(sound)
        for _ in range(draw.randint(1, 6)):
            broken[draw.randrange(len(broken))] = draw.randrange(256)
        try:
            take(bytes(broken), "site.zip")
        except BadReference:
            refused += 1
    assert 500 < refused < 1500
