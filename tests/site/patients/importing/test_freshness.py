"""The home and the doctor say when the newest import is old, and which files wait."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from config import diagnosing
from tests.cast import sign_in
from tests.factories.imports import ROW, import_batch, saved, table

pytestmark = pytest.mark.django_db


def test_where_nothing_was_ever_imported_nothing_is_old() -> None:
    assert list(diagnosing.imports()) == []


def test_a_fresh_import_is_well() -> None:
    saved(table(ROW))
    [finding] = diagnosing.imports()
    assert finding.is_well


def test_the_doctor_names_an_old_import_with_what_mends_it() -> None:
    saved(table(ROW))
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        [finding] = diagnosing.imports()
    assert "9 days old" in finding.text
    assert "import_patients" in finding.mend


def test_a_waiting_file_is_named() -> None:
    import_batch()
    [finding] = diagnosing.imports()
    assert "People → Import" in finding.mend


def test_the_home_says_it_to_whoever_imports(client: Client, rosa, hannah) -> None:
    import_batch()
    assert "1 file waits for your decision" in sign_in(client, rosa).get("/admin/").content.decode()
    assert "waits for your decision" not in sign_in(Client(), hannah).get("/admin/").content.decode()


def test_the_home_is_silent_where_all_is_well(client: Client, rosa) -> None:
    saved(table(ROW))
    assert "home-imports" not in sign_in(client, rosa).get("/admin/").content.decode()


def test_the_home_says_that_the_newest_import_is_old(client: Client, rosa) -> None:
    saved(table(ROW))
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert "The newest import is 9 days old" in sign_in(client, rosa).get("/admin/").content.decode()
