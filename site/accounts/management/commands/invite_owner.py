"""Opens the first account of a new installation: the owner's."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from accounts import actions, groups
from accounts.roles import STAFF, Role


class Command(BaseCommand):
    """Gives an address an account with a staff role; its person signs in with a code sent there."""

    help = "Open an account for the owner, or with --role for somebody else who works for the practice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")
        parser.add_argument("--role", default=Role.OWNER.value, choices=sorted(role.value for role in STAFF))

    def handle(self, *args: Any, **options: Any) -> None:
        """Open the account, grant the role, and say where to sign in."""
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise CommandError("That is not an e-mail address.") from error
        groups.settle()
        user = actions.open_account(
            email=options["email"], by=None, first_name=options["first_name"], last_name=options["last_name"]
        )
        role = Role(options["role"])
        actions.grant_role(user=user, role=role, by=None)
        where = f"{settings.SITE_URL}{reverse('account_login')}"
        self.stdout.write(f"{user.email} is {role.label.lower()} now, and signs in with an e-mail code at {where}")
