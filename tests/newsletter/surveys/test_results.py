"""Surveys in the admin: figures from enough answers, words for those who may read them, themes, a table."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import groups
from accounts.models import User
from accounts.roles import Role
from journal.models import Entry
from newsletter.surveys import results, scales
from newsletter.surveys.models import Answer, Survey, Theme
from patients import segments
from patients.models import Patient, Reader
from tests.cast import sign_in
from tests.factories import delivery, pages, surveys

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(question: Survey, margaret: Patient, teo: Patient) -> Survey:
    """Return the question after six answers, two of them low."""
    surveys.answer(question, margaret.reader, 5, "Jun explained every step.", "campaign:A")
    surveys.answer(question, teo.reader, 2, '=HYPERLINK("x") <b>Canarywords</b>', "campaign:B")
    for number, reader in enumerate(delivery.audience(4)):
        surveys.answer(question, reader, number + 2, occasion=f"campaign:C{number}")
    return question


def page(one: Survey, **query: Any) -> str:
    asks = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/admin/surveys/{one.ref}/{'?' + asks if asks else ''}"


def test_a_coordinator_reads_what_was_written_and_the_journal_knows(
    client: Client, rosa: User, asked: Survey, teo: Patient
) -> None:
    html = sign_in(client, rosa).get(page(asked)).content.decode()
    assert "mean 3.5" in html
    assert "Teo Marsh" in html
    assert "&lt;b&gt;Canarywords&lt;/b&gt;" in html
    read = Entry.objects.filter(verb="answer.viewed")
    assert read.count() == 2
    assert read.filter(about=f"patient:{teo.ref}", by=f"user:{rosa.ref}").exists()
    assert "Canarywords" not in str(list(Entry.objects.values()))


def test_an_editor_sees_figures_and_no_word_and_no_name(client: Client, hannah: User, asked: Survey) -> None:
    html = sign_in(client, hannah).get(page(asked)).content.decode()
    assert "mean 3.5" in html
    assert "Teo Marsh" not in html
    assert "Canarywords" not in html
    assert not Entry.objects.filter(verb="answer.viewed").exists()
    for path in ("themes/", "results.csv"):
        assert client.post(f"/admin/surveys/{asked.ref}/{path}").status_code in {302, 403}
    assert "How was your last visit?" in client.get("/admin/surveys/").content.decode()


def test_who_has_no_part_in_it_sees_nothing(client: Client, priya: User, dana: User, asked: Survey) -> None:
    for user in (priya, dana):
        assert sign_in(client, user).get(page(asked)).status_code in {302, 403, 404}
        client.logout()


def test_fewer_than_five_answers_make_no_figures(client: Client, hannah: User, question: Survey, teo: Patient) -> None:
    surveys.answer(question, teo.reader, 1)
    found = results.of(question, question.answers.all())
    assert (found.total, found.bars, found.middle, found.is_too_few) == (1, [], "", True)
    html = sign_in(client, hannah).get(page(question)).content.decode()
    assert "too few to show by score" in html
    assert "progress" not in html


def test_net_promoters_are_those_for_us_less_those_against() -> None:
    assert scales.net_promoters({10: 3, 9: 1, 8: 2, 7: 1, 6: 1, 0: 2}) == 10
    assert scales.net_promoters({}) is None
    assert scales.mean({}) is None


def test_themes_are_put_to_answers_and_taken_off(client: Client, rosa: User, asked: Survey) -> None:
    theme, browser = surveys.theme(), sign_in(client, rosa)
    refs = list(asked.answers.low().values_list("ref", flat=True))
    for _ in range(2):
        answer = browser.post(f"/admin/surveys/{asked.ref}/themes/", {"answer": refs, "to": theme.pk, "act": "on"})
        assert answer.status_code == 302
    assert theme.answers.count() == 2
    assert Entry.objects.filter(verb="answer.tagged").count() == 2
    low = browser.get(page(asked, theme=theme.pk)).content.decode()
    assert "Teo Marsh" in low
    assert "Margaret Ellison" not in low
    browser.post(f"/admin/surveys/{asked.ref}/themes/", {"answer": refs[0], "to": theme.pk, "act": "off"})
    assert theme.answers.count() == 1
    other = surveys.survey(question="Another?")
    foreign = browser.post(f"/admin/surveys/{other.ref}/themes/", {"answer": refs, "to": theme.pk, "act": "on"})
    assert foreign.status_code == 302
    assert theme.answers.count() == 1
    browser.post(f"/admin/surveys/{asked.ref}/themes/", {"answer": refs, "to": "x" * 40})
    assert theme.answers.count() == 1


def test_the_table_has_words_no_names_and_no_formula(client: Client, rosa: User, asked: Survey) -> None:
    answer = sign_in(client, rosa).post(f"/admin/surveys/{asked.ref}/results.csv", {"show": "low"})
    whole = answer.getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(whole)))
    assert len(rows) == 3
    assert "Canarywords" in whole
    assert "Marsh" not in whole
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert Entry.objects.get(verb="survey.handed_out").particulars == {"answers": 2}


def test_a_page_of_answers_takes_the_same_questions_however_many_there_are(
    client: Client, rosa: User, asked: Survey
) -> None:
    browser = sign_in(client, rosa)
    browser.get(page(asked))

    def questions() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get(page(asked)).status_code == 200
        return len(seen)

    few = questions()
    message = surveys.asked(asked, delivery.audience(1)[0], "campaign:Z")
    readers = Reader.objects.bulk_create(
        Reader(ref=f"RD-Z{n:05}", kind="subscriber", given_name="More", family_name=f"N{n}") for n in range(30)
    )
    for reader in readers:
        Answer.objects.create(survey=asked, reader=reader, score=4, words="x")
    assert message.ref
    assert questions() <= few


def test_answers_without_a_theme_are_found_in_order_page_by_page(
    client: Client, rosa: User, asked: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsletter.surveys.views.ANSWERS_A_PAGE", 2)
    refs = list(asked.answers.values_list("ref", flat=True))
    asked.answers.get(ref=refs[1]).themes.add(surveys.theme("Waiting"), surveys.theme("Price"))
    browser, shown = sign_in(client, rosa), []
    for number in (1, 2, 3):
        html = browser.get(page(asked, show="untagged", page=number)).text
        shown += re.findall(r'<li data-ref="([^"]+)"', html)
    assert shown == [refs[0], *refs[2:]]


def test_filters_of_nonsense_find_nothing_and_break_nothing(client: Client, rosa: User, asked: Survey) -> None:
    browser = sign_in(client, rosa)
    for query in ({"letter": "DS-0000"}, {"theme": "9" * 40}, {"theme": "x"}, {"show": "evil"}, {"page": "x"}):
        assert browser.get(page(asked, **query)).status_code == 200, query


def test_segments_ask_what_was_answered_in_sql_as_in_plain(asked: Survey, margaret: Patient, teo: Patient) -> None:
    def found(how: str, **values: Any) -> set[str]:
        tree = {"match": "all", "parts": [{"ask": "answered", "how": how, **values}]}
        return set(segments.compiled(segments.parse(tree)).readers().values_list("ref", flat=True))

    who = {margaret.reader.ref, teo.reader.ref}
    assert found("within", span="12 months") & who == who
    assert found("low", span="12 months") & who == {teo.reader.ref}
    assert found("best", span="12 months") & who == {margaret.reader.ref}
    assert found("among", among=[str(asked.pk)]) & who == who
    assert found("never") & who == set()


class TestQuestions:
    """How a question is written in the admin."""

    @pytest.fixture
    def desk(self, client: Client, hannah: User) -> Client:
        pages.root_collection()
        groups.furnish(Role.EDITOR)
        return sign_in(client, hannah)

    FINE: dict[str, Any] = {
        "question": "How was it?",
        "scale": "five",
        "low_words": "poor",
        "high_words": "great",
        "low_at_most": "2",
        "is_open": "on",
    }
    ADD = "/admin/snippets/surveys/survey/add/"

    def test_an_editor_makes_one(self, desk: Client) -> None:
        assert desk.get(self.ADD).status_code == 200
        assert desk.post(self.ADD, self.FINE).status_code == 302
        assert Survey.objects.get().question == "How was it?"

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"low_at_most": "5"}, "cannot be low"),
            ({"low_at_most": "0"}, "cannot be low"),
            ({"scale": "choices", "choices": "One", "low_at_most": ""}, "two to six answers"),
            ({"scale": "choices", "choices": "A\nA", "low_at_most": ""}, "stands there twice"),
            ({"scale": "choices", "choices": "A\nB", "choices_es": "C", "low_at_most": ""}, "as many answers"),
            ({"scale": "choices", "choices": f"{'x' * 61}\nB", "low_at_most": ""}, "longer than 60"),
            ({"question": "Dear {first_name|you}, how was it?"}, "No merge tags here"),
            ({"question": ""}, "required"),
        ],
    )
    def test_what_does_not_fit_is_refused_in_words(self, desk: Client, wrong: dict[str, str], says: str) -> None:
        refused = desk.post(self.ADD, {**self.FINE, **wrong})
        assert refused.status_code == 200
        assert says in refused.content.decode()
        assert not Survey.objects.exists()

    def test_a_scale_stands_once_somebody_answered(self, desk: Client, question: Survey, teo: Patient) -> None:
        edit = f"/admin/snippets/surveys/survey/edit/{question.pk}/"
        assert desk.post(edit, {**self.FINE, "scale": "ten"}).status_code == 302
        surveys.answer(Survey.objects.get(), teo.reader, 4)
        refused = desk.post(edit, self.FINE)
        assert "There are answers on this scale already" in refused.content.decode()

    def test_a_coordinator_writes_none(self, client: Client, rosa: User) -> None:
        assert sign_in(client, rosa).get(self.ADD).status_code in {302, 403}

    def test_a_question_with_answers_is_not_deleted(self, desk: Client, question: Survey, teo: Patient) -> None:
        surveys.answer(question, teo.reader, 4)
        desk.post(f"/admin/snippets/surveys/survey/delete/{question.pk}/")
        assert Survey.objects.exists()

    def test_the_first_themes_are_there_to_be_changed(self, desk: Client) -> None:
        desk.post("/admin/snippets/surveys/theme/add/", {"name": "Music", "order": "5"})
        assert Theme.objects.filter(name="Music").exists()
