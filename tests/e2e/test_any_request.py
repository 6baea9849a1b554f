"""Requests of every shape that the API's own document allows, and many that it does not."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.stack import Stack

pytestmark = pytest.mark.e2e

EXAMPLES = 10  # of each operation
REACHES_OUT = "/api/endpoints/test"  # to the addresses that it is given


def test_no_request_is_answered_with_a_fault_of_ours(own_stack: Stack, tmp_path: Path) -> None:
    expect_no_fault(own_stack, tmp_path)


def expect_no_fault(stack: Stack, folder: Path) -> None:
    asset: Any = stack.post("/api/examples/login", {})
    body = {"assets": [{"id": asset["id"]}], "model": "scripted"}
    project: Any = stack.post("/api/projects", body)
    endpoint = stack.post("/api/endpoints", {"url": "http://127.0.0.1:9/v1", "name": "nobody"})
    there = {
        "project_id": project["id"],
        "run_id": project["runs"][0]["id"],
        "asset_id": asset["id"],
        "endpoint_id": endpoint["id"],
        "number": 1,
    }
    config = folder / "schemathesis.toml"
    lines = (f"{name} = {value!r}" for name, value in there.items())
    config.write_text("\n".join(("[parameters]", *lines)))
    program = Path(sys.executable).with_name("schemathesis")
    ran = subprocess.run(
        [
            *(program, "--config-file", config, "run", f"{stack.origin}/api/openapi.json"),
            *("--header", f"Origin: {stack.origin}", "--checks", "not_a_server_error"),
            *("--phases", "coverage,fuzzing", "--max-examples", str(EXAMPLES), "--seed", "1"),
            *("--exclude-path", REACHES_OUT, "--exclude-method", "DELETE"),
            *("--continue-on-failure", "--no-color"),
        ],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
