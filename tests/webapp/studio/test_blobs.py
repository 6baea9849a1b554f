"""Content-addressed bytes on disk."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.webapp.record import digest
from webapp.studio.blobs import FileBlobs
from webapp.studio.errors import StoreUnavailable

ON_A_SMALL_DISK = """
import os, sys
from pathlib import Path
from webapp.studio.blobs import FileBlobs
from webapp.studio.errors import DiskFull
blobs = FileBlobs(Path(sys.argv[1]))
kept = blobs.put(b"made before")
try:
    blobs.put(os.urandom(200_000))
except DiskFull as error:
    assert blobs.get(kept) == b"made before"
    files = [path for path in Path(sys.argv[1]).rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in files] == [b"made before"], files
    print(error.code)
"""


def test_bytes_come_back_under_their_fingerprint(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    assert blobs.put(b"hello") == digest(b"hello")
    assert blobs.get(digest(b"hello")) == b"hello"


def test_a_folder_that_cannot_be_written_to_is_no_store(tmp_path: Path) -> None:
    FileBlobs(tmp_path / "new").check_available()
    with pytest.raises(StoreUnavailable) as refusal:
        FileBlobs(Path("/proc/blobs")).check_available()
    assert refusal.value.code == "store_not_writable"


def test_the_same_bytes_are_stored_once_even_at_the_same_time(tmp_path: Path) -> None:
    blobs, data = FileBlobs(tmp_path), b"x" * 1_000_000
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(blobs.put, [data] * 8))
    assert keys == {digest(data)}
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [data]


@pytest.mark.parametrize("key", ["0" * 64, "", "../../etc/passwd", "A" * 64, "g" * 64])
def test_what_is_not_there_is_a_key_error(tmp_path: Path, key: str) -> None:
    with pytest.raises(KeyError):
        FileBlobs(tmp_path).get(key)


def test_a_full_disk_is_named_and_leaves_no_half_blob(tmp_path: Path) -> None:
    mount = f"mount -t tmpfs -o size=64k tmpfs {tmp_path}"
    inside = f'{mount} && exec "$0" -c "$1" {tmp_path}'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", inside]
    ran = subprocess.run(
        [*command, sys.executable, ON_A_SMALL_DISK], capture_output=True, text=True, check=False
    )
    if "unshare" in ran.stderr or "mount" in ran.stderr:
        pytest.skip("this machine lets nobody mount a small disk")
    assert (ran.stdout, ran.stderr) == ("disk_full\n", "")


def symlink_to(target: Path) -> Callable[[Path], None]:
    def replace(path: Path) -> None:
        path.unlink()
        path.symlink_to(target)

    return replace


def link_to_itself(path: Path) -> None:
    symlink_to(path)(path)


def file_in_place_of_its_folder(path: Path) -> None:
    path.unlink()
    path.parent.rmdir()
    path.parent.write_bytes(b"")


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    "stands_in_place",
    [
        *(symlink_to(Path(target)) for target in ("/nowhere", "/etc/passwd", "/tmp")),
        *(link_to_itself, file_in_place_of_its_folder, pipe),
    ],
)
def test_whatever_stands_in_place_of_a_blob_is_not_given_out_and_goes_when_it_is_stored_again(
    tmp_path: Path, stands_in_place: Callable[[Path], None]
) -> None:
    blobs = FileBlobs(tmp_path)
    key = blobs.put(b"hello")
    stands_in_place(blobs.path(key))
    assert list(blobs.stored()) == []
    with pytest.raises(KeyError):
        blobs.get(key)
    assert blobs.put(b"hello") == key
    assert blobs.get(key) == b"hello"
    assert [blob.digest for blob in blobs.stored()] == [key]


def test_a_blob_that_cannot_be_written_is_told_by_its_cause(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_bytes(b"")
    for root in (tmp_path / "blobs", Path("/proc/blobs")):
        with pytest.raises(StoreUnavailable) as refusal:
            FileBlobs(root).put(b"hello")
        assert refusal.value.code == "store_not_writable"


@pytest.mark.parametrize("damage", [b"", b"hell", b"hullo", b"hello and more", None])
def test_a_damaged_blob_is_not_given_out_and_is_repaired_when_it_is_stored_again(
    tmp_path: Path, damage: bytes | None
) -> None:
    blobs = FileBlobs(tmp_path)
    key = blobs.put(b"hello")
    if damage is None:
        blobs.path(key).unlink()
        blobs.path(key).mkdir()
    else:
        blobs.path(key).write_bytes(damage)
    with pytest.raises(KeyError):
        blobs.get(key)
    assert blobs.put(b"hello") == key
    assert blobs.get(key) == b"hello"


def test_a_blob_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = FileBlobs(tmp_path)
    fsync, seen = os.fsync, []

    def watch(descriptor: int) -> None:
        seen.append(blobs.path(digest(b"hello")).exists())
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    blobs.put(b"hello")
    assert seen == [False]


def test_what_is_stored_is_told_without_what_is_half_written(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    key = blobs.put(b"hello")
    (blobs.path(key).parent / ".half").write_bytes(b"hel")
    (tmp_path / "notes").mkdir()
    assert [(blob.digest, blob.size) for blob in blobs.stored()] == [(key, 5)]
