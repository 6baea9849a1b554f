"""Content-addressed bytes in a bucket of a server that speaks S3."""

import tempfile
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

from webapp.studio.blobs import FileBlobs, FileDamaged, StoredBlob, is_digest
from webapp.studio.errors import StoreUnavailable

# A worker waits for the store between two signs of life, and a run without one for 15 s is lost.
CONNECTS_WITHIN = 3.0  # seconds
ANSWERS_WITHIN = 4.0  # seconds of silence
ATTEMPTS = 2
QUICKLY = 2.0  # seconds, where health is asked for

_NO_BUCKET = {"NoSuchBucket", "InvalidBucketName"}
_NO_OBJECT = {"NoSuchKey", "404", "NotFound"}
_FULL = {"QuotaExceeded", "InsufficientStorage", "XMinioStorageFull"}


@dataclass(frozen=True)
class S3Bucket:
    """A bucket, and the key that opens it. Without an endpoint it is AWS's, and without a key what
    AWS provides on its machines is used."""

    name: str
    prefix: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    key_id: str = ""
    secret: str = field(default="", repr=False)


class S3Blobs:
    """One object per blob, `prefix` + `ab/cd…`, named by SHA-256 as `FileBlobs` names its files: a
    folder of those can be copied into a bucket and back.

    A server shows an object once it is whole. It is sent anew each time it is stored, which repairs
    a damaged one, with a checksum that the server compares; and it is held to its name when it is
    read.
    """

    def __init__(self, bucket: S3Bucket) -> None:
        self._bucket = bucket

    def put(self, data: bytes) -> str:
        """Store bytes, return their SHA-256. Idempotent. Raises StoreUnavailable."""
        digest = sha256(data).hexdigest()
        checksum = b64encode(md5(data, usedforsecurity=False).digest()).decode()
        with self._explained():
            self._client().put_object(**self._object(digest), Body=data, ContentMD5=checksum)
        return digest

    def get(self, digest: str) -> bytes:
        """Raises FileDamaged, a KeyError, where it is not there, or not what was stored; and
        StoreUnavailable."""
        try:
            with self._explained(missing=digest):
                data: bytes = self._client().get_object(**self._object(digest))["Body"].read()
        except KeyError:
            raise FileDamaged(digest) from None
        if sha256(data).hexdigest() != digest:
            raise FileDamaged(digest)
        return data

    def stored(self) -> Iterator[StoredBlob]:
        """All there are, whole or not. Raises StoreUnavailable."""
        with self._explained():
            pages = self._client().get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket.name, Prefix=self._bucket.prefix):
                for one in page.get("Contents", ()):
                    digest = one["Key"].removeprefix(self._bucket.prefix).replace("/", "", 1)
                    if is_digest(digest) and one["Key"] == self._key(digest):
                        stored_at = one["LastModified"].timestamp()
                        yield StoredBlob(digest, one["Size"], stored_at)

    def half_written(self) -> Iterator[Path]:
        """None: the server keeps what it has not got whole to itself."""
        yield from ()

    def discard(self, digest: str, stored_before: float) -> bool:
        """Delete a blob, unless it was stored again since; whether it was deleted. A server tells
        whole seconds. Raises StoreUnavailable."""
        named = self._object(digest)
        try:
            with self._explained(missing=digest):
                head = self._client().head_object(**named)
                if head["LastModified"].timestamp() + 1 > stored_before:
                    return False
                self._client().delete_object(**named)
        except KeyError:
            return False
        return True

    @contextmanager
    def at_hand(self) -> Iterator["CopiedBlobs"]:
        """This store, for work that needs files, or the same bytes again and again."""
        with tempfile.TemporaryDirectory(prefix="mockwright-blobs-") as folder:
            yield CopiedBlobs(self, FileBlobs(Path(folder)))

    def check_available(self) -> None:
        """Quick. Raises StoreUnavailable."""
        with self._explained():
            self._client(quick=True).list_objects_v2(
                Bucket=self._bucket.name, Prefix=self._bucket.prefix, MaxKeys=1
            )

    def _key(self, digest: str) -> str:
        return f"{self._bucket.prefix}{digest[:2]}/{digest[2:]}"

    def _object(self, digest: str) -> dict[str, str]:
        """Raises KeyError for what is no SHA-256."""
        if not is_digest(digest):
            raise KeyError(digest)
        return {"Bucket": self._bucket.name, "Key": self._key(digest)}

    def _client(self, *, quick: bool = False) -> Any:
        with _making:  # boto3 is not to be asked for two at once; threads may share one
            return _client_of(self._bucket, quick)

    @contextmanager
    def _explained(self, missing: str = "") -> Iterator[None]:
        """Raises KeyError with `missing` where there is no such object, else StoreUnavailable with
        the cause."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  as below

        where = self._bucket.endpoint or "AWS"
        try:
            yield
        except ClientError as error:
            code, status = _said(error)
            if missing and code in _NO_OBJECT:
                raise KeyError(missing) from None
            raise StoreUnavailable(_cause(code, status), f"{where} says {code}.") from error
        except BotoCoreError as error:
            raise StoreUnavailable(detail=f"{where}: {type(error).__name__}.") from error


@dataclass(frozen=True)
class CopiedBlobs:
    """A store with copies in a folder of what was stored in it or read from it."""

    store: S3Blobs
    copies: FileBlobs

    def put(self, data: bytes) -> str:
        """Raises StoreUnavailable and DiskFull."""
        self.store.put(data)
        return self.copies.put(data)

    def get(self, digest: str) -> bytes:
        """Raises FileDamaged, StoreUnavailable and DiskFull."""
        with suppress(KeyError):
            return self.copies.get(digest)
        data = self.store.get(digest)
        self.copies.put(data)
        return data

    def path(self, digest: str) -> Path:
        """Where a blob lies as a file, or would if it were still stored. Raises as `get`."""
        with suppress(KeyError):
            self.get(digest)
        return self.copies.path(digest)


_making = threading.Lock()


@cache
def _client_of(bucket: S3Bucket, quick: bool) -> Any:
    """The only place that configures boto3, which has no types. Imported at first use: it takes a
    second and 40 MB, which whoever keeps files on a disk need not pay for."""
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        connect_timeout=QUICKLY if quick else CONNECTS_WITHIN,
        read_timeout=QUICKLY if quick else ANSWERS_WITHIN,
        retries={"mode": "standard", "total_max_attempts": 1 if quick else ATTEMPTS},
        # a server of one's own is seldom known under the name of each bucket
        s3={"addressing_style": "path" if bucket.endpoint else "auto"},
        # other servers than AWS's refuse the checksums that boto3 adds by itself
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        max_pool_connections=32,
    )
    return boto3.client(
        "s3",
        endpoint_url=bucket.endpoint or None,
        region_name=bucket.region,
        aws_access_key_id=bucket.key_id or None,
        aws_secret_access_key=bucket.secret or None,
        config=config,
    )


def _said(error: Any) -> tuple[str, int]:
    """The server's code and the status of its answer."""
    told = error.response
    status = told.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return str(told.get("Error", {}).get("Code", status)), int(status)


def _cause(code: str, status: int) -> str:
    """The code under which a person reads of it."""
    if code in _NO_BUCKET:
        return "store_has_no_bucket"
    if code in _FULL or status == 507:
        return "store_full"
    return "store_refuses" if status in {301, 400, 401, 403} else "store_unavailable"
