"""The watched folder: what is known comes in by itself, what needs a decision waits and somebody is told."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from journal.models import Entry
from patients import tasks
from patients.importing import shifts
from patients.models import ImportBatch, Patient
from practice.follow_ups import FollowUp
from tests.factories.imports import ROW, checked, saved, table
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Return an empty watched folder."""
    settings.VAR, settings.PRIVATE_ROOT = tmp_path, tmp_path / "private"
    place = tmp_path / "imports"
    place.mkdir()
    return place


def put(folder: Path, text: str, name: str = "nightly.csv", *, age: float = 60) -> Path:
    path = folder / name
    path.write_text(text)
    os.utime(path, (time.time() - age,) * 2)
    return path


def look() -> None:
    shifts.watch()
    while shifts.work(seconds=5):
        pass


@pytest.mark.both
def test_a_file_whose_columns_are_known_comes_in_by_itself(folder: Path) -> None:
    saved(table(ROW))
    path = put(folder, table(ROW, ["2", "New", "Person", "5/1/1990", "", ""]))
    look()
    batch = ImportBatch.objects.get(source="folder")
    assert (batch.state, batch.count("new"), batch.count("same")) == ("imported", 1, 1)
    assert not path.exists()
    assert not FollowUp.objects.exists()


def test_a_file_with_an_unknown_header_waits_and_somebody_is_told(folder: Path, rosa) -> None:
    put(folder, table(ROW))
    look()
    assert ImportBatch.objects.get().state == "taken"
    follow_up = FollowUp.objects.get()
    assert ImportBatch.objects.get().ref in follow_up.what
    assert not Patient.objects.exists()


def test_a_question_waits_for_a_person(folder: Path, rosa) -> None:
    saved(table(["7", "Known", "Header", "", "", ""]))
    one = PatientFactory.create(reader__given_name="Canary", reader__family_name="Importwren")
    assert one.external_id is None
    put(folder, table([*ROW[:3], "3/14/1955", "", ""]))
    look()
    batch = ImportBatch.objects.get(source="folder")
    assert (batch.state, batch.count("questions")) == ("checked", 1)
    assert FollowUp.objects.filter(what__contains=batch.ref).exists()


def test_dates_that_can_be_read_in_two_ways_wait(folder: Path, rosa) -> None:
    saved(table(["7", "Known", "Header", "3/14/1955", "", ""]))
    put(folder, table(["8", "Two", "Ways", "3/4/1955", "", ""]))
    look()
    assert ImportBatch.objects.get(source="folder").state == "checked"


def test_a_file_that_is_still_being_written_is_left_alone(folder: Path) -> None:
    path = put(folder, table(ROW), age=1)
    (folder / ".hidden.csv").write_text(table(ROW))
    (folder / "notes.docx").write_text("x")
    look()
    assert path.exists()
    assert not ImportBatch.objects.exists()


def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_text(table(ROW))
    (folder / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    os.utime(tmp_path / "elsewhere.csv", (1, 1))
    look()
    assert not ImportBatch.objects.exists()


def test_a_refused_file_is_put_aside_and_somebody_is_told(folder: Path, rosa) -> None:
    put(folder, 'A,B\n1,"never closed\n', "broken.csv")
    look()
    assert (folder / "refused" / "broken.csv").exists()
    assert not ImportBatch.objects.exists()
    assert "never closed" in FollowUp.objects.get().what
    assert Entry.objects.filter(verb="import.refused").exists()


def test_without_a_folder_nothing_happens(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "nowhere"
    assert shifts.watch() == 0


def test_a_file_in_trouble_holds_up_no_other(folder: Path) -> None:
    saved(table(ROW))
    put(folder, table(["8", "One", "A", "", "", ""]), "a.csv")
    shifts.watch()
    ImportBatch.objects.get(source="folder").path.unlink()
    put(folder, table(["9", "Two", "B", "", "", ""]), "b.csv")
    shifts.watch()
    shifts.work(seconds=5)
    shifts.work(seconds=5)
    assert Patient.objects.filter(external_id="9").exists()


def test_files_are_deleted_after_thirty_days(folder: Path, django_capture_on_commit_callbacks) -> None:
    old, waiting = saved(table(ROW)), checked(table(["2", "Waits", "Long", "", "", ""]))
    assert shifts.tidy() == 0
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        with django_capture_on_commit_callbacks(execute=True):
            assert shifts.tidy() >= 2  # the file of what was left goes with the commit
        assert shifts.tidy() == 0
    for batch in (old, waiting):
        batch.refresh_from_db()
        assert batch.forgotten_at
        assert not batch.path.exists()
    assert (old.state, waiting.state) == ("imported", "dropped")
    assert Patient.objects.count() == 1


def test_rows_that_belong_to_no_file_are_deleted(folder: Path) -> None:
    batch = saved(table(ROW))
    stray = batch.path.with_name("stray.part")
    stray.write_bytes(b"x")
    os.utime(stray, (1, 1))
    os.utime(batch.path, (1, 1))
    assert shifts.tidy() == 1
    assert batch.path.exists()


def test_the_tasks_do_the_work(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hints: list[str] = []
    monkeypatch.setattr(tasks.imports, "apply_async", lambda **_more: hints.append("hint"))
    saved(table(ROW))
    put(folder, table(["2", "New", "Person", "", "", ""]))
    tasks.watch()
    tasks.imports()
    tasks.tidy()
    assert Patient.objects.filter(external_id="2").exists()
    monkeypatch.setattr(tasks.imports, "apply_async", lambda **_more: 1 / 0)
    tasks.hint()  # a broker that is away does no harm
