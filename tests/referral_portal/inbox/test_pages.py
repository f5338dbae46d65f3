"""The inbox's pages: what lies where, one next act, who may see it, and that reading is recorded."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from journal.models import Entry
from practice.models import Provider, StaffMember
from referral_portal.cases import actions
from referral_portal.cases.models import Case
from referral_portal.cases.states import CaseState, VisitState
from referral_portal.inbox import piles, rows
from referral_portal.inbox.piles import Pile
from referral_portal.referrals.states import ReferralState
from tests.cast import sign_in
from tests.factories.cases import CaseFactory, picture, visit
from tests.factories.patients import PatientFactory, ReaderFactory
from tests.factories.practice import away
from tests.factories.referrals import ReferralFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture
def staff(client: Client, rosa: User) -> Client:
    return sign_in(client, rosa)


def pile_of(case: Case) -> str:
    return str(piles.cases().values_list("pile", flat=True).get(pk=case.pk))


def primaries(page: str) -> list[str]:
    """Return the words of every filled button outside the furniture."""
    found = re.findall(r'class="button gw-primary[^"]*"[^>]*>(.*?)</(?:button|a)>', page, re.DOTALL)
    return [" ".join(re.sub(r"<.*?>", "", words).split()) for words in found]


class TestPiles:
    @pytest.mark.parametrize(
        ("given", "pile"),
        [
            ({"status": CaseState.SUBMITTED}, Pile.NEW),
            ({"status": CaseState.RECEIVED}, Pile.US),
            ({"status": CaseState.ACCEPTED}, Pile.US),
            ({"status": CaseState.ACCEPTED, "awaiting": "patient"}, Pile.PATIENT),
            ({"status": CaseState.ACCEPTED, "awaiting": "office"}, Pile.OFFICE),
            ({"status": CaseState.ACCEPTED, "awaiting": "staff"}, Pile.US),
            ({"status": CaseState.ACCEPTED, "awaiting": "patient", "correction_unseen": True}, Pile.US),
            ({"status": CaseState.CANCEL_REQUESTED}, Pile.US),
            ({"status": CaseState.UNREACHABLE, "awaiting": "office"}, Pile.OFFICE),
            ({"status": CaseState.COMPLETED}, Pile.OFFICE),
            ({"status": CaseState.LOOP_CLOSED}, Pile.DONE),
            ({"status": CaseState.DECLINED}, Pile.DONE),
            ({"status": CaseState.CANCELLED}, Pile.DONE),
        ],
    )
    def test_each_case_lies_on_one_pile(self, location: object, given: dict[str, object], pile: Pile) -> None:
        assert pile_of(CaseFactory.create(**given)) == pile

    def test_a_visit_ahead_waits_on_the_patient_and_one_behind_on_us(
        self, walter: Case, dr_lindqvist: Provider
    ) -> None:
        case = CaseFactory.create(status=CaseState.ACCEPTED)
        one = visit(case, dr_lindqvist, days=2)
        assert pile_of(case) == Pile.PATIENT
        one.starts_at = NOW() - timedelta(hours=1)
        one.save()
        assert pile_of(case) == Pile.US

    def test_after_a_visit_that_was_kept_a_report_is_due(self, walter: Case, dr_lindqvist: Provider) -> None:
        case = CaseFactory.create(status=CaseState.ACCEPTED)
        visit(case, dr_lindqvist, days=-2, status=VisitState.KEPT)
        assert pile_of(case) == Pile.REPORT

    @pytest.mark.parametrize("status", [CaseState.DRAFT, CaseState.ENTERED_IN_ERROR])
    def test_drafts_and_mistakes_lie_nowhere(self, location: object, status: CaseState) -> None:
        CaseFactory.create(status=status)
        assert not piles.cases().exists()

    def test_the_counts_are_the_lines(self, rosa: User, walter: Case, dr_lindqvist: Provider) -> None:
        member = StaffMember.objects.get(user=rosa)
        for status in (CaseState.SUBMITTED, CaseState.RECEIVED, CaseState.ACCEPTED, CaseState.COMPLETED):
            CaseFactory.create(status=status, assignee=member)
        for number, state in enumerate(ReferralState):
            ReferralFactory.create(state=state, made_at=NOW() - timedelta(days=number))
        mine = piles.whose(rosa, timezone.localdate())
        for pile, count in piles.counts(mine).items():
            assert len(rows.of_pile(pile, mine)) == count, pile

    def test_a_deputy_sees_the_work_of_who_is_away(self, rosa: User, colette: User, location: object) -> None:
        member = StaffMember.objects.get(user=rosa)
        StaffMember.objects.filter(pk=member.pk).update(works_on="0,1,2,3,4,5,6")
        CaseFactory.create(status=CaseState.ACCEPTED, assignee=member)
        today = timezone.localdate()
        assert rows.of_pile(Pile.MINE, piles.whose(colette, today)) == []
        away(member, today, today)
        assert len(rows.of_pile(Pile.MINE, piles.whose(colette, today))) == 1

    def test_the_most_urgent_stands_first(self, location: object) -> None:
        late = CaseFactory.create(acknowledge_by=NOW() - timedelta(hours=1))
        calm = CaseFactory.create(acknowledge_by=NOW() + timedelta(days=1))
        burning = CaseFactory.create(urgency="emergency", acknowledge_by=NOW() + timedelta(minutes=10))
        friend = ReferralFactory.create(state=ReferralState.CONTACT_AGREED)
        found = [row.ref for row in rows.of_pile(Pile.NEW, [])]
        assert found[0] == burning.ref
        assert set(found) == {burning.ref, late.ref, calm.ref, friend.ref}
        assert found.index(late.ref) < found.index(calm.ref)

    def test_a_late_promise_is_said_in_words(self, location: object) -> None:
        CaseFactory.create(acknowledge_by=NOW() - timedelta(minutes=85, seconds=5))
        row = rows.of_pile(Pile.NEW, [])[0]
        assert row.due == "Acknowledge: 1 h 25 min past the promise"
        assert row.tag is not None
        assert row.tag.label == "Late"


class TestList:
    def test_it_shows_the_views_with_their_counts_and_the_most_urgent_open(self, staff: Client, walter: Case) -> None:
        page = staff.get("/admin/inbox/").text
        assert f'data-ref="{walter.ref}"' in page
        assert walter.name in page
        assert re.search(r'aria-current="true">New <b>1</b>', page)

    @pytest.mark.parametrize("view", [*Pile, "nonsense", "'; DROP TABLE"])
    def test_every_view_opens(self, staff: Client, walter: Case, view: str) -> None:
        assert staff.get("/admin/inbox/", {"view": view}).status_code == 200

    def test_an_empty_inbox_says_so(self, staff: Client, location: object) -> None:
        assert "Nothing is waiting here." in staff.get("/admin/inbox/").text

    def test_it_finds_by_reference_name_last_four_and_birth_date(self, staff: Client, walter: Case) -> None:
        walter.phone, walter.born = "(360) 555-0188", "1954-03-14"
        walter.save()
        for text in (walter.ref, walter.ref.lower(), walter.family_name, "0188", "3/14/1954", "1954-03-14"):
            assert f'data-ref="{walter.ref}"' in staff.get("/admin/inbox/", {"q": text}).text, text
        for text in ("nobody", "9999", "3/15/1954", "%", "a\x00b", "' OR 1=1 --"):
            assert f'data-ref="{walter.ref}"' not in staff.get("/admin/inbox/", {"q": text}).text, text

    def test_it_finds_a_referral_by_who_told_and_by_the_friends_contact(self, staff: Client, location: object) -> None:
        reader = ReaderFactory.create(kind="patient", given_name="Margaret", family_name="Ellison")
        referral = ReferralFactory.create(state=ReferralState.CONTACT_AGREED, referrer=reader)
        for text in (referral.ref, "Margaret Ellison", "(360) 555-0158"):
            assert f'data-ref="{referral.ref}"' in staff.get("/admin/inbox/", {"q": text}).text, text

    def test_hostile_text_stays_text(self, staff: Client, walter: Case) -> None:
        walter.given_name = '"><img src=x onerror=alert(1)>'
        walter.save()
        for path in ("/admin/inbox/", f"/admin/inbox/{walter.ref}/", "/admin/inbox/?q=<script>alert(1)</script>"):
            page = staff.get(path).text
            assert "<img src=x" not in page
            assert "<script>alert(1)" not in page


class TestCase:
    def test_opening_is_recorded(self, staff: Client, walter: Case, rosa: User) -> None:
        staff.get(f"/admin/inbox/{walter.ref}/")
        entry = Entry.objects.get(verb="case.viewed")
        assert (entry.subject, entry.by) == (f"case:{walter.ref}", f"user:{rosa.ref}")

    @pytest.mark.parametrize("status", [state for state in CaseState if state is not CaseState.DRAFT])
    def test_there_is_at_most_one_filled_button_in_every_state(
        self, staff: Client, walter: Case, dr_lindqvist: Provider, status: CaseState
    ) -> None:
        case = CaseFactory.create(status=status)
        assert len(primaries(staff.get(f"/admin/inbox/{case.ref}/").text)) <= 1

    def test_the_next_act_follows_the_case(
        self, staff: Client, walter: Case, rosa: User, dr_lindqvist: Provider
    ) -> None:
        def filled() -> list[str]:
            return primaries(staff.get(f"/admin/inbox/{walter.ref}/").text)

        assert filled() == ["Acknowledge E"]
        actions.acknowledge(case=walter, by=rosa)
        assert filled() == ["Log a call…"]
        actions.log_call(case=walter, outcome="reached", by=rosa)
        assert filled() == ["Book a visit…"]
        booked = actions.book(
            case=walter, starts_at=NOW() + timedelta(days=2), provider=dr_lindqvist, location=walter.location, by=rosa
        )
        assert filled() == []
        booked.starts_at = NOW() - timedelta(hours=1)
        booked.save()
        assert filled() == ["The patient came…"]
        actions.keep(appointment=booked, by=rosa)
        assert filled() == ["Report and complete…"]

    def test_an_unseen_correction_holds_the_only_filled_button(
        self, staff: Client, walter: Case, dana: User, rosa: User
    ) -> None:
        actions.accept(case=walter, by=rosa)
        walter.refresh_from_db()
        actions.correct(case=walter, field="alerts", value="Takes apixaban", by=dana)
        page = staff.get(f"/admin/inbox/{walter.ref}/").text
        assert primaries(page) == ["I have seen it"]
        assert "<ins>Takes apixaban</ins>" in page

    def test_same_person_is_asked_and_never_answered_by_itself(self, staff: Client, walter: Case) -> None:
        patient = PatientFactory.create(
            born_on=walter.born_on, reader__family_name=walter.family_name, reader__kind="patient"
        )
        page = staff.get(f"/admin/inbox/{walter.ref}/").text
        assert "Same person? 1 match" in page
        assert patient.ref in staff.get(f"/admin/inbox/{walter.ref}/acceptance/").text

    def test_an_internal_note_is_marked_so(self, staff: Client, walter: Case, rosa: User) -> None:
        actions.note(case=walter, text="Prefers mornings", by=rosa)
        page = staff.get(f"/admin/inbox/{walter.ref}/").text
        assert "gw-feed__item--note" in page
        assert "Prefers mornings" in page

    @pytest.mark.parametrize("ref", ["JR-0000", "RF-0000", "XX-9999"])
    def test_an_unknown_reference_is_not_there(self, staff: Client, walter: Case, ref: str) -> None:
        assert staff.get(f"/admin/inbox/{ref}/").status_code == 404

    def test_a_draft_of_an_office_is_not_there(self, staff: Client, walter: Case) -> None:
        draft = CaseFactory.create(status=CaseState.DRAFT)
        assert staff.get(f"/admin/inbox/{draft.ref}/").status_code == 404

    def test_a_checked_file_is_handed_over_and_recorded(
        self, staff: Client, walter: Case, dana: User, settings: object, tmp_path: object
    ) -> None:
        settings.PRIVATE_ROOT = tmp_path  # type: ignore[attr-defined]
        file = actions.add_file(case=walter, upload=picture(), by=dana)
        path = f"/admin/inbox/{walter.ref}/files/{file.pk}/"
        assert staff.get(path).status_code == 404
        actions.check_file(file=file)
        answer = staff.get(path)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
        assert Entry.objects.filter(verb="file.viewed").count() == 1

    def test_a_file_of_another_case_is_not_there(self, staff: Client, walter: Case, dana: User) -> None:
        file = actions.add_file(case=walter, upload=picture(), by=dana)
        other = CaseFactory.create()
        assert staff.get(f"/admin/inbox/{other.ref}/files/{file.pk}/").status_code == 404


class TestReferral:
    @pytest.mark.parametrize(
        ("state", "words"),
        [
            (ReferralState.CREATED, ["Note the thank-you…"]),
            (ReferralState.NAMED, ["Invite once…"]),
            (ReferralState.CONTACT_AGREED, ["Log a call…"]),
            (ReferralState.CONTACTED, ["Book the first visit…"]),
            (ReferralState.BOOKED, ["Note the thank-you…"]),
            (ReferralState.ATTENDED, ["Note the thank-you…"]),
            (ReferralState.VOID, []),
        ],
    )
    def test_it_has_one_next_act(self, staff: Client, location: object, state: ReferralState, words: list[str]) -> None:
        referral = ReferralFactory.create(state=state)
        page = staff.get(f"/admin/inbox/{referral.ref}/").text
        assert primaries(page) == words

    def test_opening_is_recorded_without_saying_about_whom(self, staff: Client, location: object) -> None:
        referral = ReferralFactory.create(state=ReferralState.CONTACT_AGREED)
        staff.get(f"/admin/inbox/{referral.ref}/")
        entry = Entry.objects.get(verb="referral.viewed")
        assert entry.subject == f"referral:{referral.ref}"
        assert entry.about == ""

    def test_staff_are_told_when_a_friend_may_be_a_patient(self, staff: Client, location: object) -> None:
        known = PatientFactory.create()
        referral = ReferralFactory.create(
            state=ReferralState.CONTACT_AGREED, friend_contact=known.reader.address(), reach_by="email"
        )
        assert "Perhaps a patient already" in staff.get(f"/admin/inbox/{referral.ref}/").text


class TestWho:
    @pytest.mark.parametrize(
        ("who", "status"),
        [("rosa", 200), ("colette", 200), ("theo", 200), ("okafor", 200), ("hannah", 403), ("priya", 403)],
    )
    def test_of_staff_only_those_who_handle_cases(
        self, walter: Case, who: str, status: int, request: pytest.FixtureRequest
    ) -> None:
        client = sign_in(Client(), request.getfixturevalue(who))
        for path in ("", f"{walter.ref}/", f"{walter.ref}/call/"):
            answer = client.get(f"/admin/inbox/{path}")
            # Wagtail answers a wrong role with a way back to its first page
            sent_back = answer.status_code == 302 and answer.headers["Location"] == "/admin/"
            assert (403 if sent_back else answer.status_code) == status, path

    @pytest.mark.parametrize("who", ["dana", "margaret"])
    def test_offices_and_patients_are_sent_away(self, walter: Case, who: str, request: pytest.FixtureRequest) -> None:
        client = sign_in(Client(), request.getfixturevalue(who))
        assert client.get(f"/admin/inbox/{walter.ref}/").status_code in {302, 403}
        assert not Entry.objects.filter(verb="case.viewed").exists()

    def test_visitors_sign_in_first(self, client: Client, walter: Case) -> None:
        answer = client.get(f"/admin/inbox/{walter.ref}/")
        assert answer.status_code == 302
        assert "login" in answer.headers["Location"]

    def test_the_menu_shows_the_inbox_to_those_who_may_see_it(self, staff: Client, hannah: User, walter: Case) -> None:
        assert "/admin/inbox/" in staff.get("/admin/").text
        assert "/admin/inbox/" not in sign_in(Client(), hannah).get("/admin/").text


FURNITURE = ("django_session", "auth_", "wagtail", "practice_practice", "accounts_user", "accounts_rolegrant")


def own(queries: CaptureQueriesContext) -> list[str]:
    """Return the questions of the page itself: signing in and Wagtail's furniture ask ten besides."""
    asked = [one["sql"] for one in queries if one["sql"].startswith("SELECT")]
    return [
        sql
        for sql in asked
        if not any(f'FROM "{table}' in sql or f'FROM "django_{table}' in sql for table in FURNITURE)
    ]


class TestQueries:
    @pytest.mark.parametrize("many", [1, 12])
    def test_the_number_of_questions_does_not_grow_with_the_cases(
        self, staff: Client, walter: Case, rosa: User, many: int
    ) -> None:
        for number in range(many):
            moment = NOW() - timedelta(days=number)
            CaseFactory.create(office=walter.office)
            ReferralFactory.create(state=ReferralState.CONTACT_AGREED, made_at=moment)
            actions.write(case=walter, text=f"Message {number}", by=rosa)
        staff.get("/admin/inbox/")
        for path, most in (("?view=us", 9), ("?q=0188", 11), (f"{walter.ref}/", 23)):
            with CaptureQueriesContext(connection) as queries:
                staff.get(f"/admin/inbox/{path}")
            assert len(own(queries)) <= most, path
