"""A SeaweedFS for tests, out of a wheel: a real store that speaks S3, without root."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from bench.stack import free_port
from webapp.studio.s3_blobs import S3Bucket

WEED = Path(__file__).resolve().parent.parent / ".venv-peers" / "bin" / "weed"
READY_WITHIN = 60.0  # seconds, on a busy machine
KEY_ID, SECRET = "mockwright", "the secret of the store"
BUCKET = "mockwright-files"


class NoS3(Exception):
    """It is not installed, or did not start; the message holds its log."""


class OwnS3:
    """A server with a bucket, which may be stopped and started again with what it holds."""

    def __init__(self) -> None:
        if not WEED.is_file():
            raise NoS3("There is no SeaweedFS in .venv-peers: run make setup-peers.")
        # a short path: it holds unix sockets
        self.folder = Path(tempfile.mkdtemp(prefix="mockwright-s3-"))
        self._ports = [free_port() for _ in range(8)]
        self.bucket = S3Bucket(
            name=BUCKET,
            prefix="files/",
            endpoint=f"http://127.0.0.1:{self._ports[0]}",
            key_id=KEY_ID,
            secret=SECRET,
        )
        self._process: subprocess.Popen[bytes] | None = None
        credentials = [{"accessKey": KEY_ID, "secretKey": SECRET}]
        identity = {"name": KEY_ID, "credentials": credentials, "actions": ["Admin"]}
        (self.folder / "s3.json").write_text(json.dumps({"identities": [identity]}))

    def start(self) -> None:
        s3, s3_grpc, master, master_grpc, volume, volume_grpc, filer, filer_grpc = self._ports
        flags = {
            "dir": self.folder, "ip": "127.0.0.1", "ip.bind": "127.0.0.1",
            "master.port": master, "master.port.grpc": master_grpc,
            "master.volumeSizeLimitMB": 64, "master.volumePreallocate": "false",
            "master.telemetry": "false",
            "volume.port": volume, "volume.port.grpc": volume_grpc, "volume.max": 4,
            "filer": "true", "filer.port": filer, "filer.port.grpc": filer_grpc,
            "filer.localSocket": self.folder / "filer.sock",
            "s3": "true", "s3.port": s3, "s3.port.grpc": s3_grpc, "s3.port.iceberg": 0,
            "s3.port.lance": 0, "s3.config": self.folder / "s3.json",
            "s3.localSocket": self.folder / "s3.sock", "s3.autoCreateBucket": "false",
        }  # fmt: skip
        command = [str(WEED), "server", *(f"-{name}={value}" for name, value in flags.items())]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self.folder, env={**os.environ, "HOME": str(self.folder)},
                stdout=log, stderr=log,
            )  # fmt: skip
        self._wait_until_ready()

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self) -> Any:
        """As an operator has one: boto3 has no types."""
        return boto3.client(
            "s3",
            endpoint_url=self.bucket.endpoint,
            region_name=self.bucket.region,
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET,
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    def key(self, digest: str) -> str:
        return f"{self.bucket.prefix}{digest[:2]}/{digest[2:]}"

    def _wait_until_ready(self) -> None:
        """Something can be written into the bucket, which is made if it is not there."""
        assert self._process is not None
        client, give_up_at = self.client(), time.monotonic() + READY_WITHIN
        while self._process.poll() is None and time.monotonic() < give_up_at:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._ports[0])) == 0 and self._works(client):
                    return
            time.sleep(0.2)
        raise NoS3((self.folder / "log").read_text()[-3000:])

    def _works(self, client: Any) -> bool:
        try:
            if BUCKET not in [one["Name"] for one in client.list_buckets()["Buckets"]]:
                client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="ready", Body=b"yes")
        except (BotoCoreError, ClientError):
            return False
        return True


@contextmanager
def own_s3() -> Iterator[OwnS3]:
    server = OwnS3()
    try:
        server.start()
        yield server
    finally:
        server.remove()
