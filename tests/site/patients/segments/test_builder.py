"""The builder works by buttons alone: nothing that was filled in is lost, the focus stays, and only Save keeps."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from journal.models import Entry
from patients.models import Segment
from patients.segments import by_name, in_words, parse
from patients.segments.ready_made import READY_MADE, plant
from tests.cast import sign_in
from tests.factories.patients import PatientFactory
from tests.factories.segments import SegmentFactory

pytestmark = pytest.mark.django_db
NEW = "/admin/segments/new/"
LINE = {"n-0.ask": "last_visit", "n-0.how": "before", "n-0.span": ["18", "months"]}
FORM = {"name": "Quiet ones", "n.match": "all", **LINE}
CODE = {"n-1.ask": "had_code", "n-1.how": "ever", "n-1.code": "D4341"}


@pytest.fixture
def rosa_in(client: Client, rosa: User) -> Client:
    return sign_in(client, rosa)


@pytest.fixture
def hannah_in(client: Client, hannah: User) -> Client:
    return sign_in(client, hannah)


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def focus_of(answer: Any) -> str:
    found = re.search(r'id="([^"]+)"[^>]*\bautofocus', answer.content.decode())
    return found[1] if found else ""


def test_a_new_segment_begins_with_one_question_to_choose(rosa_in: Client) -> None:
    shown = text_of(rosa_in.get(NEW))
    assert "Choose a question" in shown
    assert "The number stands here as soon as every question is complete." in shown


@pytest.mark.parametrize(
    ("do", "focus"),
    [
        ("question:", "n-1.ask"),
        ("group:", "n-1-0.ask"),
        ("not:", "n-1-0.ask"),
        ("look:0", "n-0.how"),
        ("remove:0", "n.add"),
    ],
)
def test_each_button_returns_the_form_with_the_focus_where_the_hands_are(rosa_in: Client, do: str, focus: str) -> None:
    answer = rosa_in.post(NEW, {**FORM, "do": do})
    assert answer.status_code == 200
    assert focus_of(answer) == focus
    shown = text_of(answer)
    assert 'value="Quiet ones"' in shown
    assert ('value="18"' in shown) == (do != "remove:0")
    assert not Segment.objects.filter(ready_made="").exists()
    assert not Entry.objects.filter(verb__startswith="segment.").exists()


def test_what_was_filled_in_stays_when_another_way_is_chosen(rosa_in: Client) -> None:
    shown = text_of(rosa_in.post(NEW, {**FORM, "n-0.how": "within", "do": "look:0"}))
    assert 'name="n-0.span" value="18"' in shown
    assert '<option value="within" selected>' in shown


def test_a_question_that_was_just_chosen_begins_with_its_first_way(rosa_in: Client) -> None:
    shown = text_of(rosa_in.post(NEW, {**FORM, "n-0.ask": "age", "do": "look:0"}))
    assert '<option value="at_least" selected>' in shown
    assert 'name="n-0.years" value="65"' in shown


def test_but_not_stands_in_line_with_the_rest(rosa_in: Client) -> None:
    form = {**FORM, "n-1.match": "none", "n-1-0.ask": "status", "n-1-0.how": "is", "n-1-0.among": ["moved", "deceased"]}
    shown = text_of(rosa_in.post(NEW, {**form, "do": "look"}))
    assert "<span>but not</span>" in shown
    assert 'aria-label="Group 2"' not in shown
    assert "moved or deceased" in shown
    more = text_of(rosa_in.post(NEW, {**form, "do": "not:"}))
    assert "<span>nor</span>" in more


def test_groups_end_at_the_fourth_depth(rosa_in: Client) -> None:
    deep = {f"n{'-0' * depth}.match": "any" for depth in range(4)}
    last = {"n-0-0-0-0.ask": "language", "n-0-0-0-0.how": "is", "n-0-0-0-0.among": ["es"]}
    answer = rosa_in.post(NEW, {**deep, **last, "do": "group:0-0-0"})
    assert "group:0-0-0" not in answer.content.decode()
    assert "n-0-0-0-1" not in answer.content.decode()


def test_taking_the_last_question_of_a_group_takes_the_group(rosa_in: Client) -> None:
    form = {**FORM, "n-1.match": "any", "n-1-0.ask": "language", "n-1-0.how": "is", "n-1-0.among": ["es"]}
    shown = text_of(rosa_in.post(NEW, {**form, "do": "remove:1-0"}))
    assert "n-1" not in shown


def test_save_keeps_it_once_and_says_it_in_words(rosa_in: Client, rosa: User) -> None:
    answer = rosa_in.post(NEW, {**FORM, "do": "save"})
    segment = Segment.objects.get(name="Quiet ones")
    assert answer.headers["Location"] == f"/admin/segments/{segment.ref}/"
    assert in_words(parse(segment.tree)) == "People whose last visit was more than 18 months ago."
    assert segment.made_by == f"user:{rosa.ref}"
    assert Entry.objects.filter(verb="segment.made", subject=f"segment:{segment.ref}").count() == 1
    again = rosa_in.post(NEW, {**FORM, "do": "save"})
    assert again.status_code == 422
    assert "Another segment has this name already." in text_of(again)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Give it a name."),
        ({"name": "x" * 81}, "80 characters at most"),
        ({"n-0.span": ["many", "months"]}, "whole number"),
        ({"n-0.ask": ""}, "Choose a question, or remove it."),
        ({"n-1.match": "any"}, "Add a question to this group, or remove it."),
        ({"n-0.ask": "nonsense"}, "no longer there"),
    ],
)
def test_what_cannot_be_saved_says_why_and_loses_nothing(rosa_in: Client, change: Any, words: str) -> None:
    answer = rosa_in.post(NEW, {**FORM, **change, "do": "save"})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not Segment.objects.filter(ready_made="").exists()


def test_hostile_fields_are_no_error(rosa_in: Client) -> None:
    odd = {
        "n-99-99-99-99-99-99.ask": "age",
        "n.match": "drop",
        "n-0.ask": "<script>",
        "do": "remove:7-7-7",
        "n-0.how": "'",
    }
    answer = rosa_in.post(NEW, odd)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert rosa_in.post(NEW, {"do": "save:", **{f"n-{place}.ask": "age" for place in range(99)}}).status_code == 422


def test_a_stale_save_shows_what_is_new_and_keeps_what_was_typed(rosa_in: Client) -> None:
    segment = SegmentFactory.create(name="Spanish readers")
    url = f"/admin/segments/{segment.ref}/"
    assert rosa_in.post(url, {**FORM, "version": "1", "do": "save"}).status_code == 302
    late = rosa_in.post(url, {**FORM, "name": "Mine", "version": "1", "do": "save"})
    assert late.status_code == 409
    assert "Somebody else changed it meanwhile. Theirs: “Quiet ones”." in text_of(late)
    assert 'value="Mine"' in text_of(late)
    assert 'name="version" value="2"' in text_of(late)
    assert rosa_in.post(url, {**FORM, "name": "Mine", "version": "2", "do": "save"}).status_code == 302
    assert Segment.objects.get(pk=segment.pk).name == "Mine"


def test_a_save_without_a_change_is_none(rosa_in: Client) -> None:
    segment = SegmentFactory.create()
    form = {"name": segment.name, "n.match": "all", "n-0.ask": "language", "n-0.how": "is", "n-0.among": "es"}
    assert rosa_in.post(f"/admin/segments/{segment.ref}/", {**form, "version": "1", "do": "save"}).status_code == 302
    assert Segment.objects.get(pk=segment.pk).version == 1


def test_what_came_with_the_house_stays_and_is_copied(rosa_in: Client) -> None:
    plant(Segment)
    assert plant(Segment) == 0
    lapsed = Segment.objects.get(ready_made="lapsed")
    url = f"/admin/segments/{lapsed.ref}/"
    assert rosa_in.post(url, {**FORM, "version": "1", "do": "save"}).status_code == 422
    assert rosa_in.post(f"{url}archive/").status_code == 302
    assert Segment.objects.get(pk=lapsed.pk).archived_at is None
    for expected in ("Quiet ones (copy)", "Quiet ones (copy 2)"):
        rosa_in.post(url, {**FORM, "do": "copy"})
        assert Segment.objects.filter(name=expected, ready_made="").exists()
    assert by_name("lapsed").raw == READY_MADE["lapsed"].tree


def test_a_segment_is_put_away_and_taken_out_again(rosa_in: Client) -> None:
    segment = SegmentFactory.create(name="Spanish readers")
    rosa_in.post(f"/admin/segments/{segment.ref}/archive/")
    assert "is put away" in text_of(rosa_in.get("/admin/segments/"))
    assert "Spanish readers" not in text_of(rosa_in.get("/admin/segments/"))
    assert "Spanish readers" in text_of(rosa_in.get("/admin/segments/?view=archived"))
    assert by_name(segment.ref).is_archived
    rosa_in.post(f"/admin/segments/{segment.ref}/restoring/")
    assert not by_name(segment.ref).is_archived
    assert Entry.objects.filter(verb__in=["segment.archived", "segment.restored"]).count() == 2


def test_names_are_shown_to_whoever_may_see_patients_and_that_is_recorded(rosa_in: Client, rosa: User) -> None:
    patient = PatientFactory.create(reader__language="es")
    segment = SegmentFactory.create()
    shown = text_of(rosa_in.get(f"/admin/segments/{segment.ref}/"))
    assert str(patient.reader) in shown
    entry = Entry.objects.get(verb="segment.viewed")
    assert (entry.by, entry.subject, entry.particulars) == (f"user:{rosa.ref}", f"segment:{segment.ref}", {"shown": 1})


def test_an_editor_reads_numbers_but_no_names(hannah_in: Client) -> None:
    patient = PatientFactory.create(reader__language="es")
    segment = SegmentFactory.create()
    url = f"/admin/segments/{segment.ref}/"
    for answer in (hannah_in.get(url), hannah_in.post(url, {**FORM, "do": "people"})):
        assert patient.reader.family_name not in text_of(answer)
        assert "Who is in it now" not in text_of(answer)
    assert not Entry.objects.filter(verb="segment.viewed").exists()


def test_an_editor_reads_no_small_cell_and_no_reach_of_it(hannah_in: Client) -> None:
    shown = text_of(hannah_in.post(NEW, {**FORM, **CODE, "do": "look"}))
    assert shown.count("fewer than 20") >= 2
    assert "Clinical: small counts are hidden" in shown
    assert "would get an e-mail" not in shown
    assert "Chooses people by their health" in shown


def test_a_clinical_segment_is_marked(hannah_in: Client) -> None:
    hannah_in.post(NEW, {**FORM, **CODE, "do": "save"})
    segment = Segment.objects.get(name="Quiet ones")
    assert segment.is_clinical
    assert "Clinical" in text_of(hannah_in.get("/admin/segments/"))


def test_the_list_asks_as_much_however_many_there_are(rosa_in: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(6):
        SegmentFactory.create()
    with django_assert_max_num_queries(40):
        assert rosa_in.get("/admin/segments/").status_code == 200


@pytest.mark.parametrize("person", ["margaret", "dana", "theo", "priya"])
def test_others_have_no_way_in(client: Client, person: str, request: pytest.FixtureRequest) -> None:
    answer = sign_in(client, request.getfixturevalue(person)).get("/admin/segments/")
    assert answer.status_code in {302, 403}
