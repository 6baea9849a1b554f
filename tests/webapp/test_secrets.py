"""Secrets that lie in files, as containers are given theirs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.webapp.local.test_service import start_with
from webapp.environment import SECRETS, Environment, variable_of


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_read_from_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    secret = {"database_url": "postgres://m@db/m", "redis_url": "redis://:word@redis/0"}
    given = secret.get(name, "a long word")
    file = tmp_path / "secret"
    file.write_text(f"{given}\n")
    variable = variable_of(name, Environment.model_fields[name])
    monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(f"{variable}_FILE", str(file))
    found = getattr(Environment(), name)
    assert (found if isinstance(found, str) else found.get_secret_value()) == given


def test_a_file_that_is_not_there_stops_the_start_with_its_name(tmp_path: Path) -> None:
    ran = start_with(tmp_path, MOCKWRIGHT_SECRET_KEY_FILE="/run/secrets/none")
    assert ran.returncode != 0
    assert "MOCKWRIGHT_SECRET_KEY: " in ran.stderr
    assert "/run/secrets/none cannot be read: No such file" in ran.stderr


def test_a_secret_that_is_given_twice_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("one")
    ran = start_with(
        tmp_path, MOCKWRIGHT_SECRET_KEY="another", MOCKWRIGHT_SECRET_KEY_FILE=str(file)
    )
    assert ran.returncode != 0
    assert "unset one of them" in ran.stderr
    assert "another" not in ran.stderr


def test_the_password_of_a_database_may_stand_beside_its_address(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("p@ss/word\n")
    told = subprocess.run(
        [sys.executable, "-c", "from webapp import settings as s; print(s.DATABASES['default'])"],
        env={
            **os.environ,
            "MOCKWRIGHT_DATA": str(tmp_path),
            "DATABASE_URL": "postgres://m@db/m",
            "MOCKWRIGHT_DATABASE_PASSWORD_FILE": str(file),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert "'PASSWORD': 'p@ss/word'" in told.stdout
