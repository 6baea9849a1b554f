"""The database of the tests: a file of SQLite's, or one on the PostgreSQL of the environment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.db import connection


def database_url() -> str:
    """The address of this process's own, for a process that it starts."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return on_server(os.environ["MOCKWRIGHT_DATABASE_URL"], name)


@contextmanager
def another_database(folder: Path) -> Iterator[str]:
    """The name of an empty one beside this process's own."""
    if connection.vendor == "sqlite":
        yield str(folder / "another.sqlite3")
        return
    name = f"another_{connection.settings_dict['NAME']}"
    with new_database(os.environ["MOCKWRIGHT_DATABASE_URL"], name):
        yield name


@contextmanager
def new_database(server: str, name: str) -> Iterator[str]:
    """The address of an empty one on the PostgreSQL at `server`; it is dropped at the end."""
    with psycopg.connect(server, autocommit=True) as control:
        control.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield on_server(server, name)
        finally:
            control.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def on_server(server: str, name: str) -> str:
    return urlsplit(server)._replace(path=f"/{name}").geturl()
