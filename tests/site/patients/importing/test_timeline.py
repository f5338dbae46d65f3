"""A patient’s page tells which imports brought or changed them: when, by whom, and for some the way there."""

from __future__ import annotations

import pytest
from django.test import Client

from patients.models import ImportBatch, Patient
from patients.records import Tab
from tests.cast import sign_in
from tests.factories.imports import ROW, saved, table

pytestmark = pytest.mark.django_db


def story(client: Client) -> list[tuple[str, str, str]]:
    answer = client.get(f"/admin/patients/{Patient.objects.get().ref}/", {"tab": Tab.CHANGES.value})
    return [(str(line.title), str(line.detail), line.url) for line in answer.context["story"].lines]


def test_an_import_stands_on_the_page_with_who_and_the_way_there(client: Client, rosa) -> None:
    batch = saved(table(ROW))
    ImportBatch.objects.filter(pk=batch.pk).update(by=f"user:{rosa.ref}")
    changed = saved(table([*ROW[:5], "(360) 555-0199"]))
    url = f"/admin/patients/import/{batch.ref}/"
    newer, older = story(sign_in(client, rosa))
    assert older == ("Came with an import", f"{batch.ref}, by {rosa}", url)
    assert newer[0] == "Changed by an import"
    assert changed.ref in newer[1]


def test_whoever_may_not_import_reads_it_without_a_link(client: Client, theo) -> None:
    saved(table(ROW))
    [(title, _detail, url)] = story(sign_in(client, theo))
    assert (title, url) == ("Came with an import", "")


def test_the_file_is_not_named_there(client: Client, rosa) -> None:
    saved(table(ROW), name="canaryfile.csv")
    answer = sign_in(client, rosa).get(f"/admin/patients/{Patient.objects.get().ref}/")
    assert "canaryfile" not in answer.content.decode()


def test_an_import_of_visits_is_one_line_however_many_they_are(client: Client, rosa, location) -> None:
    saved(table(ROW))
    header = ["Patient ID", "Appointment ID", "Appointment Date", "Appointment Time"]
    saved(table([ROW[0], "V1", "3/4/2025", "9:00"], [ROW[0], "V2", "3/5/2025", "9:00"], header=header))
    assert [title for title, *_rest in story(sign_in(client, rosa))] == [
        "Visits came with an import",
        "Came with an import",
    ]
