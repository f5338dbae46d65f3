"""The figures of imports: of files that are really taken, and never among people who may be real."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.benching import imports
from patients.models import Appointment, Patient
from tests.factories.imports import saved
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db


def test_the_files_are_taken_to_their_last_row(tmp_path: Path, location: object) -> None:
    path = tmp_path / "file.csv"
    imports.write(path, rows=40, first=7_000)
    assert saved(path.read_bytes()).count("new") == 40
    imports.write_visits(path, rows=40, first=7_000)
    assert saved(path.read_bytes()).count("new") == 40
    assert (Patient.objects.count(), Appointment.objects.count()) == (40, 40)
    assert Patient.objects.exclude(last_seen_on=None).count() == 20


def test_nobody_who_does_not_exist_is_put_among_patients(settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    PatientFactory.create()
    with pytest.raises(imports.PeopleThere):
        imports.measured()
    assert Patient.objects.count() == 1
