"""What people said of us: shown with a signed agreement, and on no page once it is taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from content.actions import withdraw_testimonial
from content.testimonials import Testimonial
from home.models import HomePage, ReviewsPage
from journal.models import AppendOnly, Entry
from tests.cast import sign_in
from tests.factories.patients import PatientFactory
from tests.home.test_pages import HOSTILE, text

SIGNED = "You may show my words with my first name."


def said(**attributes: Any) -> Testimonial:
    """Return what Ruth said, with her signed agreement."""
    attributes = {
        "words": "They explained each step.",
        "shown_name": "Ruth C.",
        "given_on": date(2026, 10, 5),
        "consent_wording": "2026-01",
        "consent_text": SIGNED,
        "consented_on": date(2026, 10, 6),
        "consent_evidence": "paper form, binder 3",
        "is_shown": True,
        **attributes,
    }
    return Testimonial.objects.create(**attributes)


def test_words_with_an_agreement_are_shown(site: HomePage, client: Client) -> None:
    said(stars=4)
    html = text(client, "/reviews/")
    for words in ("They explained each step.", "Ruth C.", "A patient", "October 2026", "4 of 5 stars"):
        assert words in html
    assert "We ask everyone the same way" in html
    assert "Nobody is paid" in html


def test_before_anybody_agreed_the_page_says_so(site: HomePage, client: Client) -> None:
    said(is_shown=False, consented_on=None, consent_wording="", consent_evidence="")
    html = text(client, "/reviews/")
    assert "No words here yet." in html
    assert "Ruth" not in html


@pytest.mark.parametrize(
    "lack",
    [
        {"consented_on": None},
        {"consent_wording": ""},
        {"consent_evidence": ""},
        {"withdrawn_on": date(2026, 11, 1)},
        {"stars": 6},
        {"stars": 0},
        {"words": ""},
        {"shown_name": ""},
        {"is_shown": False, "withdrawn_on": date(2026, 10, 5)},
    ],
)
def test_the_database_refuses_what_may_not_be(lack: dict[str, Any], db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        said(**lack)


def test_what_lacks_an_agreement_is_refused_in_words(db: None) -> None:
    one = said(is_shown=False, consented_on=None)
    one.is_shown = True
    with pytest.raises(ValidationError, match="only with a signed agreement"):
        one.full_clean()


def test_taking_it_back_takes_it_off_every_page_at_once(site: HomePage, hannah: User, client: Client) -> None:
    one = said()
    site.testimonial = one
    site.offices_heading = "Send a patient"
    site.save_revision().publish()
    assert "They explained each step." in text(client, "/")
    assert "They explained each step." in text(client, "/reviews/")
    withdraw_testimonial(testimonial=one, by=hannah)
    for path in ("/", "/reviews/"):
        assert "They explained each step." not in text(client, path)
    entry = Entry.objects.get(verb="testimonial.withdrawn")
    assert (entry.subject, entry.by) == (f"testimonial:{one.ref}", f"user:{hannah.ref}")
    assert "explained" not in str(entry.particulars)


def test_taking_it_back_twice_is_once(db: None) -> None:
    one = said()
    first = withdraw_testimonial(testimonial=one, by=None, on=date(2026, 11, 1))
    assert withdraw_testimonial(testimonial=one, by=None).withdrawn_on == first.withdrawn_on == date(2026, 11, 1)
    assert Entry.objects.filter(verb="testimonial.withdrawn").count() == 1


def test_an_editor_enters_that_it_was_taken_back(site: HomePage, hannah: User, client: Client) -> None:
    one = said()
    edit = reverse("wagtailsnippets_content_testimonial:edit", args=[one.pk])
    fields = {
        "words": one.words,
        "kind": one.kind,
        "language": "en",
        "shown_name": one.shown_name,
        "given_on": "2026-10-05",
        "stars": "",
        "consent_wording": one.consent_wording,
        "consented_on": "2026-10-06",
        "consent_evidence": one.consent_evidence,
        "is_shown": "on",
        "withdrawn_on": "2026-11-20",
    }
    assert sign_in(client, hannah).post(edit, fields).status_code == 302
    one.refresh_from_db()
    assert (one.is_shown, one.withdrawn_on) == (False, date(2026, 11, 20))
    assert Entry.objects.filter(verb="testimonial.withdrawn", by=f"user:{hannah.ref}").count() == 1
    assert client.post(edit, {**fields, "stars": "5"}).status_code == 302
    assert Entry.objects.filter(verb="testimonial.withdrawn").count() == 1


def test_an_editor_cannot_show_what_nobody_signed(site: HomePage, hannah: User, client: Client) -> None:
    add = reverse("wagtailsnippets_content_testimonial:add")
    fields = {
        "words": "Good.",
        "kind": "patient",
        "language": "en",
        "shown_name": "R.",
        "given_on": "2026-10-05",
        "is_shown": "on",
    }
    answer = sign_in(client, hannah).post(add, fields)
    assert answer.status_code == 200
    assert "only with a signed agreement" in answer.content.decode()
    assert not Testimonial.objects.exists()
    assert client.post(add, {**fields, "is_shown": ""}).status_code == 302
    assert not Testimonial.objects.get().is_showing


def fields_of(one: Testimonial, **typed: str) -> dict[str, str]:
    """Return the form of one as it stands, changed by `typed`."""
    return {
        "words": one.words,
        "kind": one.kind,
        "language": "en",
        "shown_name": one.shown_name,
        "given_on": "2026-10-05",
        "consent_wording": one.consent_wording,
        "consent_text": one.consent_text,
        "consented_on": "2026-10-06",
        "consent_evidence": one.consent_evidence,
        **({"is_shown": "on"} if one.is_shown else {}),
        **typed,
    }


def edit_of(one: Testimonial) -> str:
    """Return the address of its form."""
    return reverse("wagtailsnippets_content_testimonial:edit", args=[one.pk])


def test_what_was_signed_is_never_written_anew(site: HomePage, hannah: User, client: Client) -> None:
    one = said()
    assert sign_in(client, hannah).post(edit_of(one), fields_of(one, consent_text="Anything goes.")).status_code == 302
    one.refresh_from_db()
    assert one.consent_text == SIGNED
    one.consent_text = "Anything goes."
    with pytest.raises(AppendOnly):
        one.save()


@pytest.mark.both
def test_the_database_keeps_what_was_signed(request: pytest.FixtureRequest, db: None) -> None:
    if request.config.getvalue("nomigrations"):
        pytest.skip("the guard is made by a migration")
    one = said()
    with pytest.raises(IntegrityError, match="stands as it is"), transaction.atomic():
        Testimonial.objects.update(consent_text="Anything goes.")
    Testimonial.objects.update(stars=5)
    bare = said(is_shown=False, consent_text="")
    bare.consent_text = SIGNED
    bare.save()
    one.delete()
    assert Testimonial.objects.get().consent_text == SIGNED


def test_it_is_shown_only_with_the_words_that_were_signed(site: HomePage, hannah: User, client: Client) -> None:
    one = said(is_shown=False, consent_text="")
    sign_in(client, hannah)
    answer = client.post(edit_of(one), fields_of(one, is_shown="on"))
    assert "Write what they signed before it is shown." in answer.text
    assert client.post(edit_of(one), fields_of(one, is_shown="on", consent_text=SIGNED)).status_code == 302
    one.refresh_from_db()
    assert (one.is_shown, one.consent_text) == (True, SIGNED)


def test_the_patient_is_found_by_name_and_kept(site: HomePage, okafor: User, client: Client) -> None:
    one, ruth = said(), PatientFactory.create(reader__given_name="Ruth", reader__family_name="Castellano")
    assert sign_in(client, okafor).post(edit_of(one), fields_of(one, from_patient="Castellano")).status_code == 302
    one.refresh_from_db()
    assert one.patient == ruth
    assert f'value="{ruth.ref}"' in client.get(edit_of(one)).text
    assert client.post(edit_of(one), fields_of(one, from_patient=ruth.ref)).status_code == 302
    withdraw_testimonial(testimonial=one, by=okafor)
    assert Entry.objects.get(verb="testimonial.withdrawn").about == f"patient:{ruth.ref}"


def test_several_are_named_and_recorded_as_read(site: HomePage, okafor: User, client: Client) -> None:
    one = said()
    people = [PatientFactory.create(reader__family_name="Castellano") for _ in range(2)]
    sign_in(client, okafor)
    answer = client.post(edit_of(one), fields_of(one, from_patient="Castellano"))
    assert all(patient.ref in answer.text for patient in people)
    assert Entry.objects.filter(verb="patient.viewed", by=f"user:{okafor.ref}").count() == 2
    assert "Nobody is found" in client.post(edit_of(one), fields_of(one, from_patient="Nobody Here")).text


def test_an_editor_neither_sees_nor_changes_whose_it_is(site: HomePage, hannah: User, client: Client) -> None:
    ruth = PatientFactory.create()
    one = said(patient=ruth)
    sign_in(client, hannah)
    assert ruth.ref not in client.get(edit_of(one)).text
    assert client.post(edit_of(one), fields_of(one, from_patient="")).status_code == 302
    one.refresh_from_db()
    assert one.patient == ruth


def test_whoever_does_not_edit_pages_sees_none_of_it(rosa: User, client: Client, site: HomePage) -> None:
    answer = sign_in(client, rosa).get(reverse("wagtailsnippets_content_testimonial:list"))
    assert answer.status_code in {302, 403}


def test_hostile_words_stay_words(site: HomePage, client: Client) -> None:
    said(words=HOSTILE, shown_name=HOSTILE[:80])
    html = text(client, "/reviews/")
    assert "<script>alert" not in html
    assert "}}14" not in html


def test_many_words_are_cut_into_pages_and_ask_no_more(
    site: HomePage, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(15):
        said(words=f"Number {number}.")
    client.get("/reviews/")
    with django_assert_max_num_queries(18):
        assert text(client, "/reviews/").count("<blockquote") == 12
    assert text(client, "/reviews/?page=2").count("<blockquote") == 3
    assert text(client, "/reviews/?page=nonsense").count("<blockquote") == 12


def test_an_unpublished_page_of_reviews_is_not_there(site: HomePage, client: Client) -> None:
    ReviewsPage.objects.get().unpublish()
    assert client.get("/reviews/").status_code == 404
    assert 'href="/reviews/"' not in text(client, "/contact/")
