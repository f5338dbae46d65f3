"""Follow-ups in the admin: who sees them, what a line says, settled and taken back, handed on, noted, decided."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache

from content import public_forms
from delivery.models import Message
from journal import reacting
from journal.models import Entry
from practice import actions, clocks
from practice.follow_ups import FollowUp, FollowUpContents
from practice.models import StaffMember
from referral_portal.offices.models import Office
from tests.cast import sign_in
from tests.factories.offices import OfficeFactory, belong
from tests.factories.patients import ReaderFactory
from tests.factories.practice import FollowUpFactory, ServiceFactory

PATH = "/admin/follow-ups/"
SAID = {
    "been": "no",
    "about": "implants",
    "days": ["1", "3"],
    "times": ["late"],
    "first_name": "Ada",
    "last_name": "Canarywren",
    "phone": "360-555-0177",
    "how": "email",
    "email": "canarypost@home.example",
    "agrees": "visit-contact-2026-11",
    "short_notice": False,
}


@pytest.fixture
def desk(client, rosa, colette):
    return sign_in(client, rosa)


@pytest.fixture
def asked(rosa, colette):
    """Ada asks for a visit."""
    return actions.promise(what="Somebody asks for a visit", kind="visit", by="guest:visitor", said=SAID)


@pytest.fixture
def office(rosa):
    office = OfficeFactory.create(ref="OF-TIDE", name="Tidewater Dental", status="applied", phone="360-555-0188")
    said = {"office_name": "Tidewater Dental", "email": "canarypost@tidewater.example", "kind": "pediatric"}
    made = actions.promise(
        what="An office asks for an account", kind="office", by="guest:office", said=said, concerns=office
    )
    return office, made


def member_of(user):
    return StaffMember.objects.get(user=user)


def post(client, made, noun, **typed):
    return client.post(f"{PATH}{made.ref}/{noun}/", typed)


def due(days, **more):
    return FollowUpFactory.create(due_on=clocks.today() + timedelta(days=days), **more)


class TestList:
    def test_it_works(self, desk, asked):
        page = desk.get(PATH)
        assert page.status_code == 200
        assert "Ada Canarywren" in page.text
        assert "Asks for a visit" in page.text
        assert f'data-ref="{asked.ref}" data-status="open"' in page.text

    @pytest.mark.parametrize(
        ("days", "words", "tone"),
        [
            (-3, "3 days late", "gw-due--bad"),
            (-1, "1 day late", "gw-due--bad"),
            (0, "Due today", "gw-due--warn"),
            (1, "Due tomorrow", ""),
            (5, "Due ", ""),
        ],
    )
    def test_by_when_is_said_in_words(self, days, words, tone, desk):
        due(days)
        page = desk.get(PATH).text
        assert words in page
        assert tone in page

    def test_the_most_urgent_comes_first(self, desk):
        later, late = due(4, what="Later"), due(-2, what="Late")
        page = desk.get(PATH).text
        assert page.index(late.ref) < page.index(later.ref)

    def test_mine_are_my_own_and_those_of_whom_i_stand_in_for(self, desk, client, rosa, colette, monkeypatch):
        own = due(0, owner=member_of(rosa), what="Rosa's own")
        due(0, what="Of another")
        page = desk.get(f"{PATH}?view=mine").text
        assert "Rosa&#x27;s own" in page
        assert "Of another" not in page
        monkeypatch.setattr(StaffMember, "works", lambda self, day: self != own.owner)
        assert "Rosa&#x27;s own" in sign_in(client, colette).get(f"{PATH}?view=mine").text

    def test_the_done_are_apart(self, desk, asked, rosa):
        actions.settle(follow_up=asked, by=rosa)
        assert asked.ref not in desk.get(PATH).text
        assert f'data-ref="{asked.ref}" data-status="done"' in desk.get(f"{PATH}?view=done").text

    def test_an_unknown_view_is_the_open_ones(self, desk, asked):
        assert asked.ref in desk.get(f"{PATH}?view=nonsense&page=x").text

    def test_with_nothing_to_do_it_says_so(self, desk):
        assert "Nobody waits for an answer." in desk.get(PATH).text
        assert "Nothing is settled yet." in desk.get(f"{PATH}?view=done").text

    def test_a_patient_is_called_by_name(self, desk, margaret_patient):
        due(0, concerns=f"patient:{margaret_patient.ref}", what="Call about the survey")
        page = desk.get(PATH).text
        assert "Margaret" in page
        assert "Call about the survey" in page

    def test_the_menu_counts_them(self, desk, asked):
        assert "Follow-ups (1)" in desk.get("/admin/").text
        actions.settle(follow_up=asked, by=member_of_user(asked))
        assert "Follow-ups (" not in desk.get("/admin/").text

    def test_it_is_paged_and_asks_the_same_however_many(self, desk, django_assert_max_num_queries):
        for number in range(60):
            made = due(number)
            FollowUpContents.objects.create(follow_up=made, text=json.dumps({"full_name": f"Visitor {number}"}))
        with django_assert_max_num_queries(24):
            first = desk.get(PATH).text
        assert first.count("data-ref=") == 25
        assert "Page 1 of 3" in first
        assert desk.get(f"{PATH}?page=3").text.count("data-ref=") == 10

    @pytest.mark.parametrize("who", ["hannah", "theo", "priya", "margaret", "dana"])
    def test_it_is_not_for_others(self, who, client, asked, request):
        sign_in(client, request.getfixturevalue(who))
        for path in (PATH, f"{PATH}{asked.ref}/"):
            assert client.get(path).status_code in {302, 403}
        assert post(client, asked, "done").status_code in {302, 403}
        assert FollowUp.objects.open().count() == 1

    @pytest.mark.parametrize("who", ["rosa", "colette", "okafor"])
    def test_it_is_for_coordinator_lead_and_owner(self, who, client, asked, request):
        sign_in(client, request.getfixturevalue(who))
        assert client.get(f"{PATH}{asked.ref}/").status_code == 200


def member_of_user(made):
    return made.owner.user


class TestOne:
    def test_it_shows_what_was_said_in_words(self, desk, asked):
        ServiceFactory.create(name="Dental implants", slug="implants")
        page = desk.get(f"{PATH}{asked.ref}/").text
        for words in ("No, first visit", "Dental implants", "Tuesday, Thursday", "After 3:00 PM", "E-mail"):
            assert words in page
        assert 'href="tel:3605550177"' in page
        assert 'href="mailto:canarypost@home.example"' in page
        assert "Short notice" not in page

    def test_reading_it_is_recorded(self, desk, asked, rosa):
        desk.get(f"{PATH}{asked.ref}/")
        assert Entry.objects.get(verb="follow_up.viewed").by == f"user:{rosa.ref}"

    def test_reading_one_that_concerns_a_patient_is_in_the_patients_report(self, desk, margaret_patient):
        made = due(0, concerns=f"patient:{margaret_patient.ref}")
        assert "Margaret" in desk.get(f"{PATH}{made.ref}/").text
        assert Entry.objects.get(verb="follow_up.viewed").about == f"patient:{margaret_patient.ref}"

    def test_done_and_undone(self, desk, asked):
        answer = post(desk, asked, "done")
        assert answer["Location"] == PATH
        assert not FollowUp.objects.open().exists()
        page = desk.get(PATH).text
        assert "gw-toast" in page
        assert f"{asked.ref}/opening/" in page
        assert "gw-toast" not in desk.get(PATH).text
        post(desk, asked, "opening")
        assert FollowUp.objects.open().get() == asked

    def test_a_double_click_settles_once(self, desk, asked):
        for _ in range(2):
            assert post(desk, asked, "done").status_code == 302
        assert Entry.objects.filter(verb="follow_up.done").count() == 1

    def test_it_is_handed_on(self, desk, asked, colette):
        post(desk, asked, "assignment", owner=member_of(colette).ref)
        asked.refresh_from_db()
        assert asked.owner == member_of(colette)
        assert "Handed on" in desk.get(f"{PATH}{asked.ref}/").text

    @pytest.mark.parametrize("owner", ["", "ST-0000", "'; DROP"])
    def test_it_is_handed_to_nobody_unknown(self, owner, desk, asked):
        assert post(desk, asked, "assignment", owner=owner).status_code == 404

    def test_who_left_gets_nothing(self, desk, asked, colette):
        StaffMember.objects.filter(user=colette).update(is_active=False)
        assert post(desk, asked, "assignment", owner=member_of(colette).ref).status_code == 404

    def test_a_note_stands_beside_it_and_hostile_text_stays_text(self, desk, asked):
        post(desk, asked, "note", text="Called.\n<script>alert(1)</script>")
        page = desk.get(f"{PATH}{asked.ref}/").text
        assert "Called.<br>&lt;script&gt;" in page
        assert "Rosa Delgado" in page

    @pytest.mark.parametrize("text", ["", " \n", "x" * 2001])
    def test_a_note_that_cannot_be_kept_is_said_and_kept_on_the_screen(self, text, desk, asked):
        answer = post(desk, asked, "note", text=text)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert text.strip() in answer.text
        assert not asked.notes.exists()

    def test_what_is_not_there_is_404(self, desk):
        assert desk.get(f"{PATH}FU-0000/").status_code == 404
        assert desk.post(f"{PATH}FU-0000/done/").status_code == 404

    def test_nothing_changes_by_looking(self, desk, asked):
        for noun in ("done", "opening", "assignment", "note", "approval", "decline"):
            assert desk.get(f"{PATH}{asked.ref}/{noun}/").status_code == 405

    def test_it_asks_little(self, desk, asked, django_assert_max_num_queries):
        for number in range(5):
            actions.note(follow_up=asked, text=f"Note {number}", by=member_of_user(asked))
        desk.get(f"{PATH}{asked.ref}/")
        with django_assert_max_num_queries(34):
            desk.get(f"{PATH}{asked.ref}/")


class TestOffice:
    def test_approved_it_opens_and_the_promise_is_kept(self, desk, office):
        place, made = office
        page = desk.get(f"{PATH}{made.ref}/").text
        assert "sends the invitation to canarypost@tidewater.example" in page
        assert post(desk, made, "approval").status_code == 302
        place.refresh_from_db()
        assert place.status == Office.Status.ACTIVE
        assert not FollowUp.objects.open().exists()
        assert "Approve</button>" not in desk.get(f"{PATH}{made.ref}/").text

    def test_declined_it_can_still_be_approved(self, desk, office):
        place, made = office
        post(desk, made, "decline")
        place.refresh_from_db()
        assert place.status == Office.Status.CLOSED
        page = desk.get(f"{PATH}{made.ref}/").text
        assert "Approve</button>" in page
        assert "Decline</button>" not in page

    def test_decided_twice_is_told(self, desk, office):
        _place, made = office
        post(desk, made, "approval")
        assert "Somebody decided already." in desk.post(f"{PATH}{made.ref}/decline/", follow=True).text

    def test_staff_see_what_looks_like_it(self, desk, office, dana):
        OfficeFactory.create(name="tidewater dental", phone="1")
        OfficeFactory.create(name="Same phone", phone="360-555-0188")
        dana.email = "canarypost@tidewater.example"
        dana.save()
        belong(dana, OfficeFactory.create(name="Where she works"))
        page = desk.get(f"{PATH}{office[1].ref}/").text
        for name in ("tidewater dental", "Same phone", "Where she works"):
            assert name in page

    def test_only_an_office_is_approved(self, desk, asked):
        for noun in ("approval", "decline"):
            assert post(desk, asked, noun).status_code == 404


class TestNotice:
    def test_who_owes_the_answer_gets_a_mail_without_a_word_of_it(self, asked):
        reacting.run_due()
        reacting.run_due()
        message = Message.objects.get()
        assert message.address == asked.owner.user.email
        content = json.loads(message.content)
        assert asked.ref in content["subject"]
        for word in ("Ada", "Canarywren", "0177", "implants", "visit"):
            assert word not in content["subject"] + content["text"] + content["html"]
        assert f"{PATH}{asked.ref}/" in content["text"]
        assert urlsplit(content["text"].split("http", 1)[1].split()[0]).query == ""

    def test_what_colleagues_promise_sends_nothing(self, rosa):
        actions.promise(what="Call the lab", by=rosa)
        reacting.run_due()
        assert not Message.objects.exists()

    def test_what_is_settled_meanwhile_sends_nothing(self, asked, rosa):
        actions.settle(follow_up=asked, by=rosa)
        reacting.run_due()
        assert not Message.objects.exists()

    def test_an_owner_who_does_not_sign_in_has_colleagues_who_do(self, rosa, colette):
        owner = StaffMember.objects.create(name="Jun Takeda", slug="jun", location=member_of(rosa).location)
        actions.promise(what="x", by="guest:visitor", owner=owner, due_on=clocks.today())
        reacting.run_due()
        assert sorted(Message.objects.values_list("address", flat=True)) == sorted([rosa.email, colette.email])


def test_from_the_page_to_the_desk(desk, client, asked):
    cache.clear()
    stamp = public_forms.stamp("message", age=timedelta(minutes=1))
    typed = {"full_name": "Bo Canarywren", "reach": "360-555-0190", "text": "Do you see children?", "stamp": stamp}
    client.post("/contact/write/", typed, headers={"Sec-Fetch-Site": "same-origin"})
    made = FollowUp.objects.get(kind="message")
    assert "Bo Canarywren" in desk.get(PATH).text
    assert "Do you see children?" in desk.get(f"{PATH}{made.ref}/").text


class TestDays:
    def test_what_is_due_today_and_what_is_late_have_views_of_their_own(self, desk):
        due(0, what="Call today")
        due(-2, what="Call late")
        due(3, what="Call later")
        today = desk.get(f"{PATH}?view=today").content.decode()
        assert "Call today" in today
        assert "Call late" not in today
        late = desk.get(f"{PATH}?view=late").content.decode()
        assert "Call late" in late
        assert "Call today" not in late

    def test_it_is_moved_to_another_day_and_the_journal_knows_both(self, desk, asked):
        day = clocks.today() + timedelta(days=5)
        for _ in range(2):
            assert desk.post(f"{PATH}{asked.ref}/day/", {"due_on": day.isoformat()}).status_code == 302
        before = asked.due_on
        asked.refresh_from_db()
        assert asked.due_on == day
        moved = Entry.objects.get(verb="follow_up.moved")
        assert moved.particulars == {"before": before.isoformat(), "due_on": day.isoformat()}

    @pytest.mark.parametrize("wrong", ["", "x", "2020-01-01", "9999-01-01", "2026-02-30", "0" * 300])
    def test_a_day_that_is_none_is_refused_in_words(self, desk, asked, wrong):
        refused = desk.post(f"{PATH}{asked.ref}/day/", {"due_on": wrong})
        assert refused.status_code == 422
        assert "Choose a day from today on" in refused.content.decode()

    def test_it_is_settled_with_a_note_in_one_go(self, desk, asked):
        for _ in range(2):
            desk.post(f"{PATH}{asked.ref}/done/", {"text": "Booked for Thursday."})
        asked.refresh_from_db()
        assert not asked.is_open
        assert [one.text for one in asked.notes.all()] == ["Booked for Thursday."]
        refused = desk.post(f"{PATH}{asked.ref}/done/", {"text": "x" * 2001})
        assert refused.status_code == 422

    def test_a_low_answer_says_who_gave_it_what_they_wrote_and_how_to_call(self, desk, margaret_patient):
        said = {
            "question": "How was it?",
            "answer": "2 of 5",
            "shared": "yes",
            "call": "today",
            "text": "I <b>waited</b>.",
        }
        made = actions.promise(
            what="Answered 2 of 5", kind="answer", by=None, concerns=margaret_patient, said=said, due_on=clocks.today()
        )
        line = desk.get(PATH).content.decode()
        assert "Margaret Ellison" in line
        assert "Answered 2 of 5" in line
        page = desk.get(f"{PATH}{made.ref}/").content.decode()
        assert "I &lt;b&gt;waited&lt;/b&gt;." in page
        assert "somebody else of the household" in page
        assert f"/admin/patients/{margaret_patient.ref}/" in page
        home = desk.get("/admin/").content.decode()
        assert "Follow-ups due" in home
        assert "Margaret Ellison" in home
        assert "waited" not in home

    def test_a_subscriber_is_named_as_well(self, desk, location):
        reader = ReaderFactory.create(given_name="Ivo", family_name="Stern")
        made = actions.promise(what="Answered 1 of 5", kind="answer", by=None, concerns=f"reader:{reader.ref}")
        assert "Ivo Stern" in desk.get(PATH).content.decode()
        assert "Ivo Stern" in desk.get(f"{PATH}{made.ref}/").content.decode()

    def test_who_may_not_handle_them_moves_none(self, client, hannah, asked):
        browser = sign_in(client, hannah)
        day = clocks.today() + timedelta(days=5)
        assert browser.post(f"{PATH}{asked.ref}/day/", {"due_on": day.isoformat()}).status_code in {302, 403}
        assert not Entry.objects.filter(verb="follow_up.moved").exists()
