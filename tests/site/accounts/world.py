"""One practice with everything that a route may name: each thing as somebody's own, as another's, and as nobody's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from content.translating import translate
from delivery import actions as delivery_actions
from delivery.envelope import Letter
from delivery.models import Link, Message
from patients.models import ContactPoint, Reader
from practice.follow_ups import FollowUp
from practice.models import Location, Practice
from referral_portal.cases.models import Case
from referral_portal.offices.models import Membership
from tests.factories import editions, surveys
from tests.factories.cases import CaseFactory, visit
from tests.factories.delivery import dispatch, letter
from tests.factories.imports import import_batch
from tests.factories.offices import InvitationFactory, OfficeFactory, ReferringDoctorFactory, belong
from tests.factories.practice import FollowUpFactory
from tests.factories.referrals import PersonalLinkFactory, ReferralFactory
from tests.factories.segments import SegmentFactory
from tests.site.accounts.routes import Route
from vault import tokens

PEOPLE = ("margaret", "dana", "office_admin", "hannah", "rosa", "theo", "colette", "okafor", "priya")


@dataclass(frozen=True)
class Hole:
    """What a route may be asked for; "" where there is no such thing, as another's among the practice's own."""

    own: Any
    foreign: Any = ""
    unknown: Any = ""


@dataclass
class World:
    """The people by name, and what fills the holes of a route."""

    people: dict[str, User]
    cases: dict[str, Case]
    things: dict[str, Any]

    def hole(self, route: Route, kwarg: str) -> Hole:
        """Return what fills a hole of `route`.

        Raises:
            LookupError: for a hole that nobody entered in HOLES: enter it, so that its route is tried as well.
        """
        for (pattern, name), make in HOLES.items():
            if name == kwarg and fnmatchcase(route.name, pattern):
                return make(self)
        raise LookupError(f"Enter ({route.name!r}, {kwarg!r}) in the HOLES of tests/site/accounts/world.py.")


def build(request: pytest.FixtureRequest) -> World:
    """Return a practice with two offices, two patients and all of its staff."""
    people = {name: request.getfixturevalue(name) for name in PEOPLE}
    location: Location = request.getfixturevalue("location")
    provider, service = request.getfixturevalue("dr_lindqvist"), request.getfixturevalue("root_canal")
    salt = OfficeFactory.create(ref="OF-SALT", name="Saltmarsh Family Dental")
    belong(people["dana"], salt)
    belong(people["office_admin"], salt, Membership.Role.ADMIN)
    kest = OfficeFactory.create(ref="OF-KEST", name="Kestrel Point Dental")
    otto: User = request.getfixturevalue("stranger_office_member")
    belong(otto, kest)
    cases = {
        name: CaseFactory.create(
            author=author,
            office=office,
            referring_doctor=ReferringDoctorFactory.create(office=office),
            service=service,
            location=location,
        )
        for name, office, author in (("own", salt, people["dana"]), ("foreign", kest, otto))
    }
    margaret = request.getfixturevalue("margaret_patient").reader
    stranger = Reader.objects.get(user=request.getfixturevalue("stranger_patient"))
    translate(editions.home(), "es", title="Inicio")  # so that the Spanish twin of each address is answered as well
    things = {
        "visit": visit(cases["own"], provider),
        "edition": editions.edition(),
        "segment": SegmentFactory.create(),
        "event": editions.event(location),
        "invitations": {
            "own": InvitationFactory.create(office=salt),
            "foreign": InvitationFactory.create(office=kest),
        },
        "referrals": {
            "own": ReferralFactory.create(referrer=margaret),
            "foreign": ReferralFactory.create(referrer=stranger),
        },
        "link": PersonalLinkFactory.create(reader=margaret),
        "message": _letter(margaret),
        "followed": _link(),
        "survey": (survey := surveys.survey()),
        "asked": surveys.asked(survey, margaret),
        "follow_up": _application(),
        "patient": margaret.patient,
        "second_patient": stranger.patient,
        "point": ContactPoint.objects.get(reader=margaret),
        "practice": Practice.objects.get(),
        "import": import_batch(),
    }
    return World(people, cases, things)


def _letter(reader: Reader) -> Message:
    words = Letter(subject="Hello", html="<p>Hello</p>", text="Hello", sender_name="Juniper Row Dental")
    return delivery_actions.put(words, to="margaret.ellison@patients.example", occasion="matrix", reader=reader)


def _link() -> Link:
    """Return a link of a letter that was sent."""
    words = letter(html='<a href="https://juniperrow.example/">Look</a>')
    return dispatch("matrix:click", letter=words, readers=Reader.objects.none()).links.get()


def _application() -> FollowUp:
    """Return a follow-up that knows every act: an office asks for an account."""
    office = OfficeFactory.create(ref="OF-TIDE", name="Tidewater Dental", status="applied")
    return FollowUpFactory.create(kind=FollowUp.Kind.OFFICE, concerns=f"office:{office.ref}")


def _case_ref(world: World) -> Hole:
    return Hole(world.cases["own"].ref, world.cases["foreign"].ref, "JR-0000")


def _signed(purpose: str, thing: str = "message") -> Callable[[World], Hole]:
    """Return the token of a letter's link; another purpose's opens nothing, nor does a letter that is not there."""

    def make(world: World) -> Hole:
        ref = world.things[thing].ref
        other = "why" if purpose != "why" else "view"
        return Hole(tokens.sign(purpose, ref), tokens.sign(other, ref), tokens.sign(purpose, "M-0000"))

    return make


HOLES: dict[tuple[str, str], Callable[[World], Hole]] = {
    ("portal_office:case*", "ref"): _case_ref,
    ("mail_hook", "provider"): lambda _world: Hole("postmark", unknown="pigeon"),
    ("portal_office:case_file", "key"): lambda world: Hole(uuid4()),
    ("portal_office:invite_again", "ref"): lambda world: Hole(
        world.things["invitations"]["own"].ref, world.things["invitations"]["foreign"].ref, "IN-0000"
    ),
    ("portal_office:revoke", "ref"): lambda world: Hole(
        world.things["invitations"]["own"].ref, world.things["invitations"]["foreign"].ref, "IN-0000"
    ),
    ("portal_patient:referral*", "ref"): lambda world: Hole(
        world.things["referrals"]["own"].ref, world.things["referrals"]["foreign"].ref, "RF-0000"
    ),
    ("inbox:*", "ref"): lambda world: Hole(world.cases["own"].ref, unknown="JR-0000"),
    ("inbox:*", "uuid"): lambda world: Hole(uuid4()),
    ("inbox:*", "visit"): lambda world: Hole(world.things["visit"].ref, unknown="VI-0000"),
    ("inbox:act", "noun"): lambda world: Hole("acknowledgement", unknown="nonsense"),
    ("inbox:act_on_visit", "noun"): lambda world: Hole("kept", unknown="nonsense"),
    ("patients:import_*", "ref"): lambda world: Hole(world.things["import"].ref, unknown="IM-0000"),
    ("surveys:*", "ref"): lambda world: Hole(world.things["survey"].ref, unknown="QU-0000"),
    ("follow_ups:*", "ref"): lambda world: Hole(world.things["follow_up"].ref, unknown="FU-0000"),
    ("patients:*", "ref"): lambda world: Hole(world.things["patient"].ref, unknown="PT-0000"),
    ("patients:side_by_side", "other"): lambda world: Hole(world.things["second_patient"].ref, unknown="PT-0000"),
    ("patients:*", "point"): lambda world: Hole(world.things["point"].pk, unknown=999_999_999),
    ("patients:*", "noun"): lambda world: Hole("first"),
    ("patients:*", "uuid"): lambda world: Hole(uuid4()),
    ("patients:*", "pair"): lambda world: Hole("LA-0000"),
    ("patients:*", "merge"): lambda world: Hole("MG-0000"),
    ("consent:*", "ref"): lambda world: Hole(world.things["patient"].ref, unknown="PT-0000"),
    ("segments:*", "ref"): lambda world: Hole(world.things["segment"].ref, unknown="SG-0000"),
    ("newsletters:*", "pk"): lambda world: Hole(world.things["edition"].pk, unknown=999_999),
    ("friend*", "code"): lambda world: Hole(world.things["link"].code, unknown="00000000"),
    ("share_picture", "key"): lambda world: Hole(world.things["edition"].translation_key, unknown=uuid4()),
    ("share_picture", "digest"): lambda world: Hole("0123456789abcdef0123"),
    ("event_calendar", "way"): lambda world: Hole("events/implants-explained", unknown="events/nothing"),
    ("picture", "name"): lambda world: Hole("absent.jpg"),
    ("brand", "digest"): lambda world: Hole("0123456789abcdef"),
    ("brand_mark", "digest"): lambda world: Hole("0123456789abcdef"),
    ("portal_join", "token"): lambda world: Hole(
        tokens.sign("join", world.things["invitations"]["own"].ref),
        tokens.sign("why", world.things["invitations"]["own"].ref),
        tokens.sign("join", "IN-0000"),
    ),
}
HOLES["mail:click", "token"] = lambda world: Hole(
    tokens.sign("click", world.things["followed"].pk),
    tokens.sign("view", world.things["followed"].pk),
    tokens.sign("click", 0),
)
HOLES["mail:survey", "token"] = _signed("survey", "asked")
for _purpose in ("unsubscribe", "preferences", "why", "confirm", "view", "refer"):
    HOLES = {(f"mail:{_purpose}", "token"): _signed(_purpose), **HOLES}
