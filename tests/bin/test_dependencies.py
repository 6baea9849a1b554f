"""What the wheel asks for: the packages of requirements.in, in ranges."""

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "bin" / "dependencies.py"


def load() -> Any:
    spec = spec_from_file_location("dependencies_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LOCK = """\
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:00
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:00
multipart==0.0.34
"""


@pytest.mark.parametrize(
    ("required", "dependency"),
    [
        ("numpy", "numpy>=2.4.6,<3"),  # the older of the two that are tested
        ("multipart   # why", "multipart>=0.0.34,<0.1"),
        ("uvicorn[standard]==0.54.0  # why", "uvicorn[standard]~=0.54.0"),
        ("redis>=7.4,<8", "redis>=7.4,<8"),
        ("pydantic>=2.12", "pydantic>=2.12,<3"),
    ],
)
def test_a_requirement_becomes_a_range(required: str, dependency: str) -> None:
    assert load().dependencies(f"# comment\n{required}\n", LOCK) == [dependency]


def test_the_wheels_dependencies_are_up_to_date() -> None:
    ran = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
