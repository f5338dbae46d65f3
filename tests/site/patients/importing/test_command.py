"""`import_patients` as machines and people call it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from patients.models import ImportBatch, Patient
from tests.factories.imports import ROW, table
from tests.site.patients.importing import books

pytestmark = pytest.mark.django_db


def run(path: Path, *options: Any) -> str:
    out = io.StringIO()
    call_command("import_patients", str(path), *[str(option) for option in options], stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file of one good row and one that cannot be taken."""
    path = tmp_path / "patients.csv"
    path.write_text(table(ROW, ["2", "Bad", "Mailwren", "", "not one", ""]))
    return path


@pytest.mark.both
def test_it_prints_what_became_of_the_rows(file: Path) -> None:
    said = run(file)
    assert "accepted: 1" in said
    assert "unchanged: 0" in said
    assert "rejected: 1" in said
    assert "row 3: Email: Not an address" in said
    assert "Mailwren" not in said
    assert Patient.objects.count() == 1


def test_the_same_again_is_unchanged(file: Path) -> None:
    run(file)
    told = json.loads(run(file, "--json"))
    assert (told["rows"], told["accepted"], told["unchanged"], told["rejected"]) == (2, 0, 1, 1)
    assert told["rejections"] == [{"row": 3, "column": "Email", "reason": "Not an address"}]


def test_a_dry_run_leaves_nothing(file: Path) -> None:
    told = json.loads(run(file, "--dry-run", "--json"))
    assert (told["dry_run"], told["accepted"], told["rejected"]) == (True, 1, 1)
    assert not Patient.objects.exists()
    assert not ImportBatch.objects.exists()
    run(file)
    assert json.loads(run(file, "--dry-run", "--json"))["unchanged"] == 1
    assert "Nothing was saved" in run(file, "--dry-run")


def test_a_map_says_how_columns_are_read(tmp_path: Path) -> None:
    path, map_ = tmp_path / "odd.csv", tmp_path / "map.json"
    path.write_text("Nr;Vor;Zu;Geb\n7;Ann;Stavros;13.5.1980\n")
    map_.write_text(json.dumps({"Nr": "external_id", "Vor": "First Name", "Zu": "family_name", "Geb": "DOB"}))
    run(path, "--map", map_)
    one = Patient.objects.get()
    assert (one.external_id, str(one.reader), one.born_on.isoformat()) == ("7", "Ann Stavros", "1980-05-13")


@pytest.mark.parametrize(
    ("map_", "word"),
    [
        ('{"Nope": "given_name"}', "does not have"),
        ('{"First Name": "shoe_size"}', "do not know"),
        ('{"First Name": "email", "Email": "email"}', "same field"),
        ('["First Name"]', "JSON object"),
        ("{", "JSON object"),
        ('{"Last Name": "", "First Name": ""}', "name the columns"),
    ],
)
def test_a_map_that_makes_no_sense_is_refused(file: Path, tmp_path: Path, map_: str, word: str) -> None:
    path = tmp_path / "map.json"
    path.write_text(map_)
    with pytest.raises(CommandError, match=word):
        run(file, "--map", path)
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("text", ["", "Color,Size\nred,9\n", 'Patient ID,Last Name\n1,"never closed\n'])
def test_a_refused_file_leaves_nothing_and_says_why(tmp_path: Path, text: str) -> None:
    path = tmp_path / "refused.csv"
    path.write_text(text)
    with pytest.raises(CommandError):
        run(path)
    assert not ImportBatch.objects.exists()
    assert not Patient.objects.exists()


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "absent.csv")


def test_a_workbook_is_taken_as_well(tmp_path: Path) -> None:
    path = tmp_path / "patients.xlsx"
    path.write_bytes(books.workbook(["Patient ID", "First Name", "Last Name", "DOB"], [1001, "Ann", "S", books.DAY]))
    run(path)
    assert Patient.objects.get(external_id="1001").born_on == books.DAY


def test_nobody_can_be_asked_so_american_dates_are_read_as_such(tmp_path: Path) -> None:
    path = tmp_path / "dates.csv"
    path.write_text(table(["1", "Ann", "Stavros", "3/4/1961", "", ""]))
    run(path)
    assert Patient.objects.get().born_on.isoformat() == "1961-03-04"


def test_letters_rest_on_nothing_where_that_is_said(file: Path) -> None:
    run(file, "--basis", "none")
    assert not Patient.objects.get().reader.consents.exists()
