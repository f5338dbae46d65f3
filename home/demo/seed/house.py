"""The practice itself: where it is, when it is open, who works there, what it does."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

import holidays
from allauth.account.models import EmailAddress
from django.utils.text import slugify

from accounts.actions import grant_role
from accounts.models import User
from accounts.roles import Role
from home.demo.cast import DOMAIN
from home.demo.seed.story import Story
from home.demo.seed.texts import texts
from patients import colleagues
from patients.models import Channel, ContactPoint, Reader, ReaderKind
from practice.courtesy import Courtesy
from practice.models import Closure, Location, OpeningHours, Practice, Provider, Service, StaffMember

HOLIDAYS_KEPT = (
    "New Year's Day",
    "Memorial Day",
    "Independence Day",
    "Labor Day",
    "Thanksgiving Day",
    "Christmas Day",
)


def tell(story: Story) -> None:
    """Keep the practice, its location, its people and its services."""
    practice = Practice.objects.create(
        ref=story.ref("PR"),
        name="Juniper Row",
        descriptor="Dental & Implant Studio",
        legal_name="Juniper Row Dental & Implant Studio",
        domain=DOMAIN,
        sender_name="Juniper Row Dental",
        sender_email=f"hello@{DOMAIN}",
        reply_email=f"frontdesk@{DOMAIN}",
        case_prefix="JR",
        is_demo=True,
    )
    Courtesy.objects.create(ref="CY-7K2M", practice=practice, discreet_name="J. Row Studio")
    location = Location.objects.create(
        ref=story.ref("LO"),
        practice=practice,
        name="Juniper Row",
        street="12 Juniper Row, Suite 200",
        city="Port Ellery",
        state="WA",
        zip_code="98299",
        phone="(360) 555-0142",
        emergency_phone="(360) 555-0142",
        is_main=True,
        latitude=Decimal("48.205000"),  # the town is invented: on the water, where nobody lives
        longitude=Decimal("-122.860000"),
    )
    _hours(story, location)
    location = Location.objects.prefetch_related("hours", "closures").get(pk=location.pk)  # asked for every promise
    story.met.update(practice=practice, location=location)
    _team(story, location)
    _services(story)


def _hours(story: Story, location: Location) -> None:
    spans = [(day, time(17)) for day in range(4)] + [(4, time(13))]
    OpeningHours.objects.bulk_create(
        OpeningHours(location=location, weekday=day, opens=time(8), closes=closes) for day, closes in spans
    )
    years = range(story.begins_on.year - 2, story.today.year + 2)
    closed = {day: name for day, name in holidays.US(years=years).items() if name in HOLIDAYS_KEPT}
    for day, name in list(closed.items()):
        if name == "Thanksgiving Day":
            closed[day + timedelta(days=1)] = "Day after Thanksgiving"
    closed.pop(story.today, None)  # the demo is always looked at on a day with somebody at the desk
    Closure.objects.bulk_create(Closure(location=location, on=day, name=name) for day, name in sorted(closed.items()))
    story.closed = set(closed)


def person(story: Story, *, name: str, email: str, since: datetime | None = None) -> User:
    """Return a new account with a verified address and no password: a code by e-mail signs it in."""
    given, _, family = name.rpartition(" ")
    joined = since or story.now
    user = User.objects.create_user(email, ref=story.ref("U"), first_name=given, last_name=family, date_joined=joined)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def reader_of(story: Story, user: User, kind: ReaderKind) -> Reader:
    """Return a new reader for somebody who has an account."""
    name = {"given_name": user.first_name, "family_name": user.last_name}
    reader = Reader.objects.create(ref=story.ref("RD"), kind=kind, user=user, **name)
    ContactPoint.objects.create(reader=reader, channel=Channel.EMAIL, address=user.email)
    return reader


def _team(story: Story, location: Location) -> None:
    staff: dict[str, StaffMember] = {}
    providers: dict[str, Provider] = {}
    team = texts("house")["team"]
    for place, one in enumerate(team):
        key, name = one["key"], one["name"]
        plain_name = name.removeprefix("Dr. ").partition(",")[0]
        user = person(story, name=plain_name, email=f"{key}@{DOMAIN}")
        reader_of(story, user, Reader.Kind.STAFF)
        staff[key] = StaffMember.objects.create(
            ref=story.ref("ST"),
            user=user,
            name=name,
            title=one["title"],
            slug=slugify(plain_name),
            location=location,
            works_on=one["works_on"],
            bio=one["bio"].strip(),
            order=10 * (place + 1),
        )
        for role in one["roles"]:
            grant_role(user=user, role=Role(role), by=None)
        colleagues.keep_reader(user=user, kind=ReaderKind.STAFF)
        if "specialty" in one:
            providers[key] = Provider.objects.create(
                ref=story.ref("DR"),
                staff_member=staff[key],
                name=name,
                credentials=one["credentials"],
                specialty=one["specialty"],
                accepts_cases=Role.CLINICIAN in one["roles"],
            )
    for one in team:
        staff[one["key"]].deputy = staff[one["deputy"]]
        staff[one["key"]].save(update_fields=["deputy"])
    story.met.update(staff=staff, providers=providers)


def _services(story: Story) -> None:
    services: dict[str, Service] = {}
    for place, one in enumerate(texts("house")["services"]):
        who = [story.met["providers"][key] for key in one["providers"]]
        kept = {key: value for key, value in one.items() if key != "providers"}
        service = Service.objects.create(ref=story.ref("SV"), order=10 * (place + 1), **kept)
        service.providers.set(who)
        services[service.slug] = service
    story.met["services"] = services
    story.met["providers_of"] = {slug: list(service.providers.all()) for slug, service in services.items()}
