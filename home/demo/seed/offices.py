"""The offices that send patients: those of the story with their people, and as many others as wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.actions import grant_role
from accounts.models import RoleGrant, User
from accounts.roles import Role
from home.demo.seed import house
from home.demo.seed.story import Story, batches
from home.demo.seed.texts import texts
from patients import colleagues
from patients.addresses import address_hash
from patients.models import Basis, Channel, Consent, ContactPoint, Purpose, Reader
from referral_portal.offices.models import DoctorMembership, Invitation, Membership, Office, ReferringDoctor

CASES_OF_OTHERS = 54 / 20
ROLES = {"admin": Role.OFFICE_ADMIN, "member": Role.OFFICE_MEMBER}


@dataclass
class Sender:
    """An office with what the next chapter needs: who sends, for which doctors, how many a year, and when."""

    office: Office
    doctors: list[ReferringDoctor] = field(default_factory=list)
    author: User | None = None
    cases: float = 0.0
    shape: str = "steady"
    invited: str = ""
    people: list[tuple[str, str, str]] = field(default_factory=list)
    doctor_names: list[tuple[str, str]] = field(default_factory=list)


def tell(story: Story) -> None:
    """Keep the offices; the story's own five come first."""
    told = [_from_words(story, one) for one in texts("offices")["offices"]]
    senders: list[Sender] = []
    for numbers in batches(story.size.offices):
        batch = [told[number] if number < len(told) else _draw(story, number) for number in numbers]
        _write(story, batch)
        senders += batch
    story.met["senders"] = senders
    story.met["offices"] = {one["key"]: sender for one, sender in zip(texts("offices")["offices"], told, strict=True)}
    _people_of_saltmarsh(story, told[0])


def _from_words(story: Story, one: dict[str, Any]) -> Sender:
    plain = ("name", "street", "city", "zip_code", "phone", "fax", "email", "news_by")
    months = 2 if one.get("shape") == "new" else story.size.months
    office = Office(
        ref=story.ref("OF"),
        code=story.code("office"),
        state="WA",
        added_at=story.now - timedelta(days=30 * months + 60),
        **{name: one[name] for name in plain if name in one},
    )
    return Sender(
        office,
        cases=one["cases"],
        shape=one.get("shape", "steady"),
        invited=one.get("invited", ""),
        people=[tuple(person) for person in one["members"]],
        doctor_names=[tuple(doctor) for doctor in one["doctors"]],
    )


def _draw(story: Story, number: int) -> Sender:
    words = texts("names")
    places = words["places"].split()
    place, kind = places[number % len(places)], story.pick(words["kinds"])
    turn = number // len(places)
    name = f"{place} {kind}" + (f" {turn + 1}" if turn else "")
    domain = f"{place}{number}.example".lower()
    town, zip_code = story.pick(words["towns"])
    given, family = story.pick(words["women"].split()), story.pick(words["family"].split())
    doctor = story.pick(words["men" if story.chance(0.5) else "women"].split())
    doctor = f"Dr. {doctor} {story.pick(words['family'].split())}"
    office = Office(
        ref=story.ref("OF"),
        code=story.code("office"),
        name=name,
        street=f"{story.dice.randrange(1, 400)} {story.pick(words['streets'])}",
        city=town,
        state="WA",
        zip_code=zip_code,
        phone=story.phone(),
        email=f"office@{domain}",
        news_by=story.weighted({"portal": 8, "mail": 1, "letter": 1}),
        added_at=story.now - timedelta(days=story.dice.randrange(60, 1500)),
    )
    return Sender(
        office,
        cases=CASES_OF_OTHERS * story.dice.uniform(0.2, 1.8),
        people=[(f"{given} {family}", f"{given}@{domain}".lower(), "admin")],
        doctor_names=[(doctor, "")],
    )


def _write(story: Story, senders: Sequence[Sender]) -> None:
    Office.objects.bulk_create(sender.office for sender in senders)
    people = [(sender, *person) for sender in senders for person in sender.people]
    users = User.objects.bulk_create(
        User(
            ref=story.ref("U"),
            email=email,
            first_name=name.rpartition(" ")[0],
            last_name=name.rpartition(" ")[2],
            password=make_password(None),
            date_joined=sender.office.added_at,
        )
        for sender, name, email, _role in people
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    memberships, grants = [], []
    for user, (sender, _name, _email, role) in zip(users, people, strict=True):
        sender.author = sender.author or user
        since = sender.office.added_at
        memberships.append(Membership(user=user, office=sender.office, role=role, started_at=since))
        grants.append(
            RoleGrant(
                user=user,
                role=ROLES[role],
                scope_ref=sender.office.scope,
                granted_at=since,
                granted_by="system:goodword",
            )
        )
        story.entry(
            "role.granted",
            f"user:{user.ref}",
            by="system:goodword",
            at=since,
            role=str(ROLES[role]),
            scope=sender.office.scope,
        )
    Membership.objects.bulk_create(memberships)
    RoleGrant.objects.bulk_create(grants)
    _write_readers(story, users)
    _write_doctors(story, senders)


def _write_readers(story: Story, users: Sequence[User]) -> None:
    readers = Reader.objects.bulk_create(
        Reader(
            ref=story.ref("RD"),
            kind=Reader.Kind.OFFICE,
            given_name=user.first_name,
            family_name=user.last_name,
            user=user,
            added_at=user.date_joined,
        )
        for user in users
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(
            reader=reader,
            channel=Channel.EMAIL,
            address=user.email,
            address_hash=address_hash(Channel.EMAIL, user.email),
            verified_at=user.date_joined,
        )
        for reader, user in zip(readers, users, strict=True)
    )
    Consent.objects.bulk_create(
        Consent(
            reader=reader,
            channel=Channel.EMAIL,
            purpose=Purpose.OWN_SERVICES,
            is_given=True,
            basis=Basis.MAY_OBJECT,
            wording_version=colleagues.WORDING,
            source=colleagues.SOURCE,
            evidence={},
            at=reader.added_at,
        )
        for reader in readers
    )


def _write_doctors(story: Story, senders: Sequence[Sender]) -> None:
    rows = [
        (sender, ReferringDoctor(ref=story.ref("RF"), name=name))
        for sender in senders
        for name, _ in sender.doctor_names
    ]
    ReferringDoctor.objects.bulk_create(doctor for _, doctor in rows)
    for sender, doctor in rows:
        sender.doctors.append(doctor)
    DoctorMembership.objects.bulk_create(
        DoctorMembership(doctor=doctor, office=sender.office, starts_on=sender.office.added_at.date())
        for sender, doctor in rows
    )


def _people_of_saltmarsh(story: Story, saltmarsh: Sender) -> None:
    """Give Dana's office its dentists' accounts, one of them away, and somebody invited."""
    story.met["dana"] = saltmarsh.author
    for doctor, (name, email) in zip(saltmarsh.doctors, saltmarsh.doctor_names, strict=True):
        _let_sign_in(story, saltmarsh.office, doctor, name.removeprefix("Dr. "), email)
    away = story.today + timedelta(days=8)
    DoctorMembership.objects.filter(doctor=saltmarsh.doctors[-1]).update(away_until=away)
    Invitation.objects.create(
        ref=story.ref("IN"),
        office=saltmarsh.office,
        email=saltmarsh.invited,
        sent_at=story.now - timedelta(days=2),
        sent_by=f"user:{saltmarsh.author.ref}" if saltmarsh.author else "system:goodword",
        expires_at=story.now + timedelta(days=12),
    )


def _let_sign_in(story: Story, office: Office, doctor: ReferringDoctor, name: str, email: str) -> None:
    user = house.person(story, name=name, email=email, since=office.added_at)
    Membership.objects.create(user=user, office=office, role="member", started_at=office.added_at)
    grant_role(user=user, role=Role.OFFICE_MEMBER, by=None, scope_ref=office.scope)
    _write_readers(story, [user])
    doctor.user = user
    doctor.save(update_fields=["user"])
