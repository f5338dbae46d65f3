"""The demo is told once, whole, and as the actions would have written it."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.roles import Role, roles_of
from content.reading import FAIRLY_EASY, ease, text_of
from delivery import outbox
from delivery.links import message_of
from delivery.models import Message
from delivery.states import MessageState
from home.demo.cast import PERSONS
from home.demo.seed.story import RESERVED, Refs, Size, Story
from home.demo.stories import TOLD
from home.models import PersonPage
from journal.models import Entry, Reaction
from newsletter.campaigns import audience
from newsletter.campaigns.models import Campaign
from newsletter.editions import checks
from newsletter.editions.models import EditionPage, EventPage, TipPage
from newsletter.surveys import results
from newsletter.surveys.models import Answer, Survey
from patients import facts
from patients.models import Appointment, ContactPoint, LookAlike, Patient, Procedure, Reader
from patients.segments import EVERYONE_WHO_GETS_LETTERS
from practice.follow_ups import FollowUp
from practice.models import Practice
from referral_portal.cases import files
from referral_portal.cases.actions.ground import VERBS
from referral_portal.cases.models import Case, CaseAppointment, CaseFile
from referral_portal.cases.states import Action, Actor, CaseState, VisitState, step
from referral_portal.offices.models import Office
from referral_portal.referrals.models import PersonalLink, Referral
from tests.home.demo.conftest import SMALL

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ACTIONS = {verb: action for action, verb in VERBS.items()}


def test_it_tells_as_much_as_was_asked_for(told: Story) -> None:
    assert Patient.objects.count() == SMALL.patients
    assert Office.objects.active().count() == SMALL.offices
    to_readers = EditionPage.objects.filter(written_for="patients")
    assert to_readers.count() == TipPage.objects.filter(locale__language_code="en").count() == 12
    assert Campaign.objects.filter(state="started", edition__in=to_readers).count() == to_readers.live().count() == 10
    assert Practice.objects.get().is_demo


def test_everybody_s_page_is_in_spanish_with_what_is_the_same_in_both(told: Story) -> None:
    english, spanish = (PersonPage.objects.filter(locale__language_code=code) for code in ("en", "es"))
    same = ("translation_key", "title", "photo", "staff_member", "license_number")
    assert set(spanish.values_list(*same)) == set(english.values_list(*same))
    for page, twin in zip(english.order_by("title"), spanish.order_by("title"), strict=True):
        assert len(twin.education_lines) == len(page.education_lines), page.title
        assert twin.body.startswith("<p>")
        assert twin.body != page.body
        assert twin.quote != page.quote


def test_every_tip_was_reviewed_before_it_came_out(told: Story) -> None:
    tips = TipPage.objects.live().order_by("-first_published_at", "-pk")
    days = [(tip.first_published_at, tip.reviewed_on) for tip in tips if tip.first_published_at and tip.reviewed_on]
    assert len(days) == len(tips)
    for came_out, reviewed_on in days:
        assert reviewed_on < came_out.date()
    assert [day for _, day in days] == sorted((day for _, day in days), reverse=True)


def test_tips_in_spanish_have_the_reviewer_dates_and_sources_of_the_english_ones(told: Story) -> None:
    spanish = TipPage.objects.filter(locale__language_code="es", live=True)
    english = TipPage.objects.filter(locale__language_code="en", live=True)
    assert set(spanish.values_list("slug", flat=True)) == set(english.values_list("slug", flat=True))
    assert spanish.count() >= 10
    for tip in spanish:
        page = TipPage.objects.get(translation_key=tip.translation_key, locale__language_code="en")
        for name in ("topic", "picture", "reviewer", "reviewed_on", "review_by", "sources", "first_published_at"):
            assert getattr(tip, name) == getattr(page, name), (tip.slug, name)
        for name in ("title", "lede", "body", "in_brief", "caption"):
            assert getattr(tip, name), (tip.slug, name)
            assert getattr(tip, name) != getattr(page, name), (tip.slug, name)
        assert re.findall(r"<(\w+)", tip.body) == re.findall(r"<(\w+)", page.body), tip.slug
        assert (ease(text_of(tip)) or 0) >= FAIRLY_EASY, tip.slug


def test_every_event_is_in_spanish_on_the_same_day_and_as_full_or_canceled(told: Story) -> None:
    english, spanish = (EventPage.objects.filter(locale__language_code=code) for code in ("en", "es"))
    same = ("translation_key", "starts_at", "ends_at", "address_there", "is_full", "is_canceled")
    assert set(spanish.values_list(*same)) == set(english.values_list(*same))
    for event in spanish:
        page = english.get(translation_key=event.translation_key)
        for name in ("title", "lede", "body", "place", "price", "joining", "canceled_why"):
            assert bool(getattr(event, name)) == bool(getattr(page, name)), (event.slug, name)


@pytest.mark.parametrize("role", sorted(PERSONS))
def test_each_person_has_an_account_that_is_sure_of_its_address(told: Story, role: str) -> None:
    user = User.objects.get(email=PERSONS[role].email)
    assert user.get_full_name() == PERSONS[role].name
    assert user.emailaddress_set.get().verified
    assert not user.has_usable_password()
    assert roles_of(user)


def test_staff_and_office_hold_the_roles_of_their_story(told: Story) -> None:
    held = {role: roles_of(User.objects.get(email=person.email)) for role, person in PERSONS.items()}
    assert held["editor"] == {Role.EDITOR}
    assert held["coordinator"] == {Role.COORDINATOR}
    assert held["owner"] == {Role.OWNER, Role.CLINICIAN}
    assert held["office"] == {Role.OFFICE_ADMIN}
    assert held["patient"] == {Role.PATIENT}


def test_nobody_is_written_to_about_the_past(told: Story) -> None:
    assert not Reaction.objects.filter(done_at__isnull=True).exists()
    assert not Message.objects.unfinished().exists()
    assert set(Message.objects.values_list("state", flat=True)) <= {
        MessageState.ACCEPTED,
        MessageState.FAILED,
        MessageState.SKIPPED,
        MessageState.UNKNOWN,
    }


def test_nothing_has_happened_tomorrow(told: Story) -> None:
    assert Entry.objects.aggregate(at=Max("at"))["at"] <= timezone.now()
    assert Case.objects.aggregate(at=Max("changed_at"))["at"] <= told.now
    assert not CaseAppointment.objects.filter(settled_at__gt=told.now).exists()
    assert not CaseAppointment.objects.filter(status=VisitState.KEPT, starts_at__gt=told.now).exists()


def test_every_case_went_a_way_that_the_table_allows(told: Story) -> None:
    lives: dict[str, list[Entry]] = defaultdict(list)
    for entry in Entry.objects.filter(subject__startswith="case:"):
        lives[entry.subject].append(entry)
    for case in Case.objects.select_related("service"):
        state = CaseState.DRAFT
        life = sorted(lives[f"case:{case.ref}"], key=lambda entry: (entry.at, entry.particulars["version"]))
        for entry in life:
            found = step(ACTIONS[entry.verb], state, frozenset(Actor), triaged=case.service.triages)
            assert found is not None, f"{case.ref}: {entry.verb} in {state}"
            state = found.target
        assert state is case.state, case.ref
        assert not life or max(entry.particulars["version"] for entry in life) == case.version


def test_what_follows_in_a_life_follows_in_time(told: Story) -> None:
    for case in Case.objects.exclude(status=CaseState.DRAFT):
        moments = [case.submitted_at, case.received_at, case.accepted_at, case.completed_at, case.closed_at]
        stood = [moment for moment in moments if moment]
        assert stood == sorted(stood), case.ref


def test_the_promises_of_ordinary_cases_were_kept_and_two_ran_late(told: Story) -> None:
    late = Case.objects.overdue(told.now)
    assert set(late.values_list("ref", flat=True)) == {"JR-9QXD", "JR-5RWE"}
    for case in Case.objects.filter(received_at__isnull=False):
        assert case.received_at <= case.acknowledge_by, case.ref


def test_walters_case_stands_as_it_is_drawn(told: Story) -> None:
    case = Case.objects.get(ref="JR-7K2M")
    assert (case.name, case.teeth, case.reason, case.state) == (
        "Walter Brandvold",
        "3",
        "root-canal",
        CaseState.ACCEPTED,
    )
    assert case.received_at - case.submitted_at == timedelta(minutes=16)
    assert case.corrections.get().new == case.phone == "(360) 555-0188"
    assert case.corrections.get().old == "(360) 555-0108"
    visit = case.appointments.get()
    assert visit.starts_at > told.now
    assert str(visit.provider) == "Dr. Theo Lindqvist"
    assert case.patient == Patient.objects.get(reader__family_name="Brandvold", reader__given_name="Walter")


def test_the_xrays_open_and_are_drawn(told: Story) -> None:
    found = list(CaseFile.objects.all())
    assert len(found) == 2
    for file in found:
        files.inspect(file)
        assert b"".join(files.content(file)).startswith(b"\x89PNG")


def test_the_demo_holds_every_state_that_an_office_can_see(told: Story) -> None:
    states = set(Case.objects.values_list("status", flat=True))
    assert {
        CaseState.DRAFT,
        CaseState.SUBMITTED,
        CaseState.RECEIVED,
        CaseState.ACCEPTED,
        CaseState.CANCEL_REQUESTED,
        CaseState.UNREACHABLE,
        CaseState.COMPLETED,
        CaseState.LOOP_CLOSED,
        CaseState.MERGED,
    } <= states


def test_margaret_told_three_friends_and_has_a_visit_ahead(told: Story) -> None:
    margaret = Patient.objects.get(reader__given_name="Margaret", reader__family_name="Ellison")
    assert margaret.age_on(told.today) == 71
    referrals = Referral.objects.filter(referrer=margaret.reader)
    assert referrals.count() == 3
    assert "Ruth Castellano" in {referral.friend_name for referral in referrals}
    assert PersonalLink.objects.get(reader=margaret.reader).code == "8K3VT2QX"
    assert margaret.appointments.filter(status=Appointment.Status.BOOKED, starts_at__gt=told.now).count() == 1


def test_everybody_who_told_a_friend_was_thanked_or_will_be_within_two_days(told: Story) -> None:
    for referral in Referral.objects.all():
        if referral.thanked_at:
            assert referral.thanked_at <= referral.thanks_due_at, referral.ref
        else:
            assert referral.told_on >= told.days_on(told.practice_day(told.today, -1), -2)
    assert Referral.objects.thanks_due().exists()


def test_some_stand_twice_and_the_desk_has_found_them(told: Story) -> None:
    pairs = {frozenset({str(pair.first.reader), str(pair.second.reader)}): pair for pair in LookAlike.objects.all()}
    assert set(pairs) >= {
        frozenset({"Margaret Ellison", "Peggy Ellison"}),
        frozenset({"Robert Lindgren", "Bob Lindgren"}),
        frozenset({"Robert Lindgren", "Robert Lindgrenn"}),
    }
    peggy = pairs[frozenset({"Margaret Ellison", "Peggy Ellison"})]
    assert (sorted(peggy.signs), peggy.score) == (["address", "birthday", "nickname"], 100)
    assert not LookAlike.objects.filter(told_apart_at__isnull=False).exists()


def test_robert_had_his_letter_of_the_quarter(told: Story) -> None:
    robert = Reader.objects.get(given_name="Robert", family_name="Lindgren")
    assert robert.at_most == "quarter"
    left_out = audience.of(EVERYONE_WHO_GETS_LETTERS).held_back
    assert ("had as many letters as they want for now", 1) in [(str(label), number) for label, number in left_out]


def test_teo_waits_for_a_call_today(told: Story) -> None:
    promise = FollowUp.objects.open().get(kind=FollowUp.Kind.ANSWER)
    assert promise.due_on == told.today
    assert "Teo" not in promise.what
    assert promise.concerns == told.met["patients"]["Teo Marsh"].journal_name
    assert "forty minutes" in promise.said["text"]


def test_readers_answered_the_last_letters_and_colleagues_found_themes(told: Story) -> None:
    answers = Answer.objects.all()
    assert answers.count() >= 20
    assert not answers.filter(given_at__gt=told.now).exists()
    assert all(answer.score in answer.survey.span for answer in answers.select_related("survey"))
    assert results.by_theme(answers)[0][1] > 1
    assert sum(row.letters > 0 for row in results.by_letter(Survey.objects.get())) == 4
    called = FollowUp.objects.done().filter(kind=FollowUp.Kind.ANSWER)
    assert called.count() == answers.low().count() - 1


def test_visitors_asked_and_some_of_them_wait(told: Story) -> None:
    day = told.practice_day(told.today, 1)
    waiting = FollowUp.objects.open().exclude(kind=FollowUp.Kind.ANSWER)
    assert {one.kind for one in waiting} == {"visit", "message", "office"}
    assert waiting.filter(due_on=day).exists()
    assert FollowUp.objects.done().get(kind=FollowUp.Kind.VISIT).notes.exists()
    assert all(one.said and one.made_at < told.now for one in waiting)
    assert Office.objects.get(status="applied").name in {one.said.get("office_name") for one in waiting}


def test_the_next_letter_is_ready_and_the_one_after_is_two_thirds_written(told: Story) -> None:
    ready, draft = EditionPage.objects.filter(live=False, written_for="patients").order_by("issued_on")
    in_the_way = [check for check in checks.run(ready.get_latest_revision_as_object()) if check.is_in_the_way]
    assert not in_the_way
    assert len(draft.body) < len(ready.body)
    assert not draft.preheader


def test_a_letter_of_the_past_went_to_people_who_get_letters(told: Story) -> None:
    readers = set(EVERYONE_WHO_GETS_LETTERS.readers().values_list("pk", flat=True))
    letters = Message.objects.filter(dispatch__campaign__edition__written_for="patients")
    assert set(letters.values_list("reader_id", flat=True)) <= readers


def test_margaret_has_the_newest_letter_in_her_mailbox(told: Story, mailbox: Path, settings: Settings) -> None:
    settings.OUTBOX_ROOT = mailbox
    [letter] = outbox.read()
    edition = EditionPage.objects.live().latest("issued_on")
    assert letter.subject == edition.subject
    assert "Hello Margaret," in letter.text
    assert letter.date == told.at(edition.issued_on, 8, 30)
    token = re.search(r"/e/unsubscribe/([^/\s]+)/", letter.text)
    assert token
    assert message_of(HttpRequest(), "unsubscribe", token.group(1)).reader.given_name == "Margaret"


def test_all_addresses_and_phones_belong_to_nobody(told: Story) -> None:
    for channel, address in ContactPoint.objects.values_list("channel", "address"):
        pattern = r"[^@]+@[a-z0-9.-]+\.example" if channel == "email" else r"\+136055501\d\d"
        assert re.fullmatch(pattern, address), address
    for email in User.objects.values_list("email", flat=True):
        assert email.endswith(".example")
    for phone, fax in Office.objects.values_list("phone", "fax"):
        assert all(re.fullmatch(r"(\(360\) 555-01\d\d)?", number) for number in (phone, fax))


def test_children_are_reached_through_an_adult(told: Story) -> None:
    children = [one for one in Patient.objects.all() if (one.age_on(told.today) or 99) < 18]
    assert children
    for child in children:
        assert child.responsible is not None
        assert not child.reader.contact_points.exists()


def test_the_journal_holds_no_name(told: Story) -> None:
    names = set(Patient.objects.values_list("reader__family_name", flat=True)) | {"Brandvold", "Castellano"}
    for particulars in Entry.objects.values_list("particulars", flat=True):
        assert not names & set(re.findall(r"[A-Za-z]{4,}", str(particulars)))


def test_told_a_second_time_it_says_that_it_is_there(told: Story, capsys: Any) -> None:
    before = Entry.objects.count()
    call_command("seed_demo")
    assert "here already" in capsys.readouterr().out
    assert Entry.objects.count() == before
    assert Entry.objects.filter(verb=TOLD).count() == 1


def test_names_never_meet_and_are_the_same_for_the_same_seed() -> None:
    one, other = Refs("PT", 4, seed=7), Refs("PT", 4, seed=7)
    names = [one.next() for _ in range(20_000)]
    assert len(set(names)) == len(names)
    assert names[:50] == [other.next() for _ in range(50)]
    assert not {name.partition("-")[2] for name in names} & RESERVED
    assert [Refs("PT", 4, seed=8).next()] != names[:1]


def test_longer_names_are_given_where_many_are_needed() -> None:
    assert Size().ref_length == 4
    assert Size(patients=100_000).ref_length == 6


def test_working_time_skips_nights_weekends_and_holidays() -> None:
    story = Story(Size(), lambda line: None)
    friday = story.today
    while friday.weekday() != 4:
        friday -= timedelta(days=1)
    monday = friday + timedelta(days=3)
    assert story.soon_after(story.at(friday, 12, 30), 60) == story.at(monday, 8, 30)
    story.closed = {monday}
    assert story.soon_after(story.at(friday, 12, 30), 60) == story.at(monday + timedelta(days=1), 8, 30)


def test_an_act_that_would_lie_ahead_is_not_told(told: Story) -> None:
    assert not Entry.objects.filter(verb=VERBS[Action.COMPLETE], at__gt=told.now).exists()
    accepted = Case.objects.filter(status=CaseState.ACCEPTED, appointments__status=VisitState.BOOKED)
    assert accepted.exists()


def test_what_follows_from_visits_and_procedures_stands_as_it_would_be_computed(told: Story) -> None:
    assert Procedure.objects.exists()
    assert Patient.objects.filter(last_seen_on__isnull=False, usual_interval_days__isnull=False).exists()
    assert facts.refresh(Patient.objects.values_list("pk", flat=True)) == 0


def test_a_child_lives_with_the_adult_who_answers_for_them(told: Story) -> None:
    children = Patient.objects.filter(responsible__isnull=False).select_related("reader", "responsible__reader")
    assert children
    for child in children:
        assert child.responsible is not None
        assert child.reader.family_name == child.responsible.reader.family_name
        assert child.reader.postal_address.street == child.responsible.reader.postal_address.street


def test_a_sealed_word_of_a_seeded_patient_opens(told: Story) -> None:
    assert {patient.notes for patient in Patient.objects.all()[:20]} == {""}
    margaret = told.met["patients"]["Margaret Ellison"]
    assert [one.name for one in margaret.confidants.all()] == ["Kari Ellison"]
    assert "left" in margaret.noted.get().text
