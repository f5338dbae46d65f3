"""An office asks for an account: nobody learns whether we know it, staff decide, and only then a link goes out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import User
from content import public_forms
from delivery.models import Message
from journal import reacting
from journal.models import Entry
from practice.follow_ups import FollowUp
from practice.models import StaffMember
from referral_portal.offices import applying, states
from referral_portal.offices.models import Invitation, Office
from referral_portal.offices.public_forms import ApplyForm, is_npi
from tests.factories.offices import OfficeFactory

PATH = "/for-offices/apply/"
HERE = {"Sec-Fetch-Site": "same-origin"}
TYPED = {
    "office_name": "Tidewater Dental",
    "kind": "pediatric",
    "your_name": "Ida Canarywren",
    "role": "Front desk",
    "email": "canarypost@tidewater.example",
    "phone": "360-555-0188",
    "news_by": "portal",
    "street": "8 Quay Street",
    "city": "Port Ellery",
    "state": "wa",
    "zip_code": "98299",
    "doctors": "Dr. Lou Tide\nDr. Bea Water",
    "npi": "1234567893",
    "may_act": "on",
}


@pytest.fixture(autouse=True)
def house(location, rosa):
    cache.clear()


def send(client, *, age=timedelta(minutes=1), headers=HERE, leave=(), **more):
    stamp = public_forms.stamp("office", age=age)
    typed = {key: value for key, value in {**TYPED, **more}.items() if key not in leave}
    return client.post(PATH, {"stamp": stamp, **typed}, headers=headers)


@pytest.fixture
def applied(client):
    send(client)
    return Office.objects.get()


class TestApplying:
    def test_it_works(self, client):
        answer = send(client)
        assert (answer.status_code, answer["Location"]) == (302, f"{PATH}thanks/")
        office, promise = Office.objects.get(), FollowUp.objects.get()
        assert (office.name, office.status, office.kind, office.state) == (
            "Tidewater Dental",
            "applied",
            "pediatric",
            "WA",
        )
        assert (promise.kind, promise.concerns) == ("office", f"office:{office.ref}")
        assert promise.said["your_name"] == "Ida Canarywren"
        assert Entry.objects.filter(verb="office.applied", subject=f"office:{office.ref}").count() == 1

    def test_no_account_no_invitation_and_no_mail_to_them_before_staff_say_yes(self, client, rosa):
        send(client)
        reacting.run_due()
        assert not Invitation.objects.exists()
        assert not User.objects.filter(email="canarypost@tidewater.example").exists()
        assert not Message.objects.filter(address="canarypost@tidewater.example").exists()

    def test_a_repeated_click_is_one_office(self, client):
        stamp = public_forms.stamp("office", age=timedelta(minutes=1))
        for _ in range(3):
            assert client.post(PATH, {"stamp": stamp, **TYPED}, headers=HERE).status_code == 302
        assert Office.objects.count() == FollowUp.objects.count() == 1

    def test_a_known_office_and_address_get_the_same_answer(self, client, dana):
        unknown = send(client)
        OfficeFactory.create(name="Saltmarsh Family Dental")
        known = send(client, office_name="Saltmarsh Family Dental", email=dana.email)
        assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
        assert Office.objects.filter(status="applied").count() == 2

    def test_the_trap_the_clock_and_a_foreign_page(self, client):
        assert send(client, website="x").status_code == 302
        assert send(client, age=timedelta(0)).status_code == 422
        assert send(client, age=timedelta(days=2)).status_code == 422
        assert send(client, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert not Office.objects.exists()

    def test_an_address_has_a_limit(self, client):
        answers = [send(client, office_name=f"Office {n}").status_code for n in range(6)]
        assert answers == [302] * 5 + [429]

    @pytest.mark.parametrize("field", ["office_name", "kind", "your_name", "email", "phone", "news_by", "may_act"])
    def test_what_is_missing_is_said_at_its_field(self, field, client):
        answer = send(client, leave=(field,))
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
        assert answer.text.index("gw-errsum") < answer.text.index("apply-form")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("kind", "bank"),
            ("email", "a@b"),
            ("email", "a@c.example\nBcc: x@y.example"),
            ("phone", "555"),
            ("news_by", "pigeon"),
            ("state", "Washington"),
            ("zip_code", "9829"),
            ("npi", "1234567890"),
            ("npi", "123"),
            ("fax", "no"),
        ],
    )
    def test_what_is_wrong_is_refused(self, field, value, client):
        answer = send(client, **{field: value})
        assert list(answer.context["form"].errors) == [field]
        assert "Ida Canarywren" in answer.text
        assert not Office.objects.exists()

    def test_what_is_wrong_in_the_fold_opens_it(self, client):
        assert '<details class="gw-fold" open>' in send(client, zip_code="1").text
        assert '<details class="gw-fold" open>' not in client.get(PATH).text

    def test_news_by_fax_needs_a_number(self, client):
        assert list(send(client, news_by="fax").context["form"].errors) == ["fax"]
        assert send(client, news_by="fax", fax="360-555-0189").status_code == 302

    def test_what_is_optional_may_be_left_out(self, client):
        assert send(client, leave=(*ApplyForm.FOLDED, "role")).status_code == 302

    def test_hostile_text_stays_text(self, client):
        answer = send(client, office_name="<script>alert(1)</script>", phone="no")
        assert "<script>alert" not in answer.text

    def test_it_needs_neither_token_nor_cookie(self):
        bare = Client(enforce_csrf_checks=True)
        assert not bare.get(PATH).cookies
        assert send(bare).status_code == 302

    def test_looking_writes_nothing(self, client, django_assert_max_num_queries):
        for path in (PATH, f"{PATH}thanks/"):
            with django_assert_max_num_queries(14):
                assert client.get(path).status_code == 200
            assert client.head(path).status_code == 200
        assert not Office.objects.exists()

    def test_before_anybody_works_here_it_says_so(self, client):
        StaffMember.objects.all().delete()
        assert "Please call us" in send(client).text
        assert not Office.objects.exists()

    @pytest.mark.parametrize(
        ("npi", "holds"), [("1234567893", True), ("1245319599", True), ("1234567894", False), ("12345678AB", False)]
    )
    def test_an_npi_proves_itself(self, npi, holds):
        assert is_npi(npi) is holds


class TestDeciding:
    def test_approved_the_office_opens_and_who_asked_is_invited_as_its_admin(self, applied, rosa):
        applying.approve(office=applied, by=rosa)
        applied.refresh_from_db()
        invitation = Invitation.objects.get()
        assert applied.status == "active"
        assert (invitation.email, invitation.may) == ("canarypost@tidewater.example", "admin")
        assert not FollowUp.objects.open().exists()
        reacting.run_due()
        assert Message.objects.filter(address="canarypost@tidewater.example").count() == 1

    def test_declined_nobody_is_written_to(self, applied, rosa):
        applying.decline(office=applied, by=rosa)
        applied.refresh_from_db()
        assert applied.status == "closed"
        assert not FollowUp.objects.open().exists()
        assert not Invitation.objects.exists()

    def test_a_declined_office_may_be_approved_later(self, applied, rosa, colette):
        applying.decline(office=applied, by=rosa)
        assert applying.approve(office=applied, by=colette).status == "active"
        assert Invitation.objects.count() == 1

    @pytest.mark.parametrize("first", ["approve", "decline"])
    def test_what_was_decided_is_not_declined(self, first, applied, rosa):
        getattr(applying, first)(office=applied, by=rosa)
        with pytest.raises(applying.Decided):
            applying.decline(office=applied, by=rosa)

    def test_approved_twice_is_approved_once(self, applied, rosa, colette):
        applying.approve(office=applied, by=rosa)
        with pytest.raises(applying.Decided):
            applying.approve(office=applied, by=colette)
        assert Entry.objects.filter(verb="office.approved").count() == 1

    @pytest.mark.parametrize("who", ["hannah", "theo", "priya", "margaret", "dana", "office_admin"])
    def test_others_decide_nothing(self, who, applied, request):
        user = request.getfixturevalue(who)
        for decide in (applying.approve, applying.decline):
            with pytest.raises(PermissionDenied):
                decide(office=applied, by=user)

    def test_an_office_that_staff_entered_is_approved_without_an_invitation(self, rosa):
        office = OfficeFactory.create(status="applied")
        applying.approve(office=office, by=rosa)
        assert applying.application_of(office) == {}
        assert not Invitation.objects.exists()

    def test_the_table_of_states(self):
        assert {state: [str(action) for action in states.possible(state)] for state in states.OfficeState} == {
            "applied": ["approve", "decline"],
            "active": [],
            "closed": ["approve"],
        }
        assert set(states.OfficeState) == set(Office.Status.values)

    def test_the_same_application_is_one(self, rosa):
        said = {"office_name": "Tidewater", "email": "a@tidewater.example"}
        first = applying.apply(said=said, drawn_on=date(2026, 11, 23))
        assert applying.apply(said=said, drawn_on=date(2026, 11, 23)) == first
        assert applying.apply(said=said, drawn_on=date(2026, 11, 24)) != first
