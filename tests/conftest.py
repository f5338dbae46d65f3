"""What every test may ask for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings

from delivery import sending
from tests.services import migrated, postgres

pytest_plugins = ["tests.cast", "tests.canaries"]
APPEND_ONLY = frozenset(
    {"journal_sealedbatch", "journal_seal", "journal_entry", "patients_consent", "patients_wording"}
)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hash passwords in a moment: what is tested is who gets in, not how slowly a hash is made."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def quick_clients(request: pytest.FixtureRequest) -> Iterator[None]:
    """Spare each new test client a walk through every static file, which only a browser asks for."""
    if "live_server" in request.fixturenames:
        yield
        return
    with override_settings(WHITENOISE_USE_FINDERS=False, WHITENOISE_AUTOREFRESH=False):
        yield


@pytest.fixture(autouse=True)
def nobody_stays_on_the_line() -> Iterator[None]:
    """Let no connection, nor the folder of an outbox, stay open from one test to the next."""
    yield
    sending.hang_up()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, request: Any) -> None:
    """On PostgreSQL, copy the database that was migrated once instead of migrating it again."""
    connection = connections["default"]
    if connection.vendor == "postgresql" and not request.config.getvalue("nomigrations"):
        connection.settings_dict["TEST"]["TEMPLATE"] = postgres.TEMPLATE
        connection.settings_dict["TEST"]["MIGRATE"] = False


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Leave the database standing at the end: the server that holds it goes away as a whole."""
    return True


@pytest.fixture(scope="session")
def django_db_createdb(django_db_createdb: bool, request: Any) -> bool:
    """On SQLite, let the database in memory begin as a copy of the one that was migrated once."""
    connection = connections["default"]
    if connection.vendor == "sqlite" and not request.config.getvalue("nomigrations"):
        template = migrated.sqlite()
        creation, make = connection.creation, connection.creation._create_test_db

        def copy(*args: Any, **options: Any) -> str:
            name = make(*args, **options)
            connection.close()
            connection.settings_dict["NAME"] = name
            connection.ensure_connection()
            with closing(sqlite3.connect(template)) as source:
                source.backup(connection.connection)
            return str(name)

        creation._create_test_db = copy
        connection.settings_dict["TEST"]["MIGRATE"] = False
    return django_db_createdb


@pytest.fixture(scope="session", autouse=True)
def what_stands_is_emptied_between_tests() -> Iterator[None]:
    """Let a test of whole transactions be cleared away: on SQLite that is a DELETE, which append-only tables refuse.

    On PostgreSQL it is a TRUNCATE, which their guards let pass.
    """
    operations = connections["default"].ops
    usual = operations.sql_flush

    def sql_flush(*args: Any, **options: Any) -> list[str]:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
            guard = [(name, sql) for name, sql, table in cursor.fetchall() if table in APPEND_ONLY]
        return [*(f"DROP TRIGGER {name}" for name, _ in guard), *usual(*args, **options), *(sql for _, sql in guard)]

    if connections["default"].vendor == "sqlite":
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(operations, "sql_flush", sql_flush)
            yield
    else:
        yield


@pytest.fixture(autouse=True)
def clean_cache() -> Iterator[None]:
    """Forget what a test left in the cache: rate limits must not reach from one test into the next."""
    from django.core.cache import caches

    yield
    caches["default"].clear()
    caches["shared"].clear()
