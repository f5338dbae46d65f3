"""Set up a practice of one's own: its name, its house, its first person, its pages."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.actions import grant_role
from accounts.models import User
from accounts.roles import Role
from content import languages
from home import pages
from journal.recording import record
from practice.models import Location, OpeningHours, Practice, StaffMember

ASKED = {
    "name": "Name of the practice, as Juniper Row",
    "street": "Street and number",
    "city": "City",
    "state": "State, two letters",
    "zip": "ZIP code",
    "phone": "Phone",
    "mail": "Address that letters come from, as hello@example.org",
    "owner": "First and last name of the owner",
    "owner_mail": "The owner's own address, to sign in with",
}


class Command(BaseCommand):
    """Ask what is not given on the command line, then make the practice; one that stands is never touched."""

    help = "Set up a practice: name, address, owner and first pages. Asks for what is not given."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take each answer as an option."""
        for name, question in ASKED.items():
            parser.add_argument(f"--{name.replace('_', '-')}", default="", help=question)

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask and make."""
        if Practice.get() is not None:
            raise CommandError("There is a practice already; it is changed in the admin, under Settings.")
        given = {name: options[name] or self._ask(question) for name, question in ASKED.items()}
        try:
            make(given)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(
            f"{given['name']} stands. {given['owner']} signs in with a code sent to {given['owner_mail']}."
        )

    def _ask(self, question: str) -> str:
        answer = input(f"{question}: ").strip()
        if not answer:
            raise CommandError("Nothing was set up: each answer is needed.")
        return answer


@transaction.atomic
def make(given: dict[str, str]) -> Practice:
    """Write the practice, its location with usual hours, its owner and its pages.

    Args:
        given: an answer for each key of ASKED.

    Raises:
        ValidationError: when an answer has not the shape of its field.
    """
    practice = Practice(
        name=given["name"],
        legal_name=given["name"],
        domain=given["mail"].rpartition("@")[2],
        sender_name=given["name"],
        sender_email=given["mail"],
        reply_email=given["mail"],
        case_prefix="".join(word[0] for word in given["name"].split() if word[0].isalnum())[:2].upper() or "GW",
    )
    practice.full_clean()
    practice.save()
    location = Location(
        practice=practice,
        name=given["city"],
        street=given["street"],
        city=given["city"],
        state=given["state"].upper(),
        zip_code=given["zip"],
        phone=given["phone"],
        is_main=True,
    )
    location.full_clean()
    location.save()
    OpeningHours.objects.bulk_create(OpeningHours(location=location, weekday=day) for day in range(5))
    first, _, last = given["owner"].rpartition(" ")
    owner = User(email=given["owner_mail"].strip().lower(), first_name=first, last_name=last)
    owner.set_unusable_password()
    owner.full_clean()
    owner.save()
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    StaffMember.objects.create(
        user=owner, name=given["owner"], title="Owner", slug="owner", location=location, order=10
    )
    for role in (Role.OWNER, Role.PRIVACY_OFFICER):
        grant_role(user=owner, role=role, by=None)
    for language in languages.CODES:
        pages.plant(practice, language)
    record("practice.set_up", subject=practice, by=None)
    return practice
