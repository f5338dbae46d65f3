"""Their account for the portal, of which the room below knows no patient."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from accounts.models import KeptDraft, User
from accounts.roles import Role, roles_of
from accounts.sessions import end_all
from patients.models import Reader
from patients.moving import Moves
from patients.records import Kept, Part, Person, Table, day_of, keeper, readers_of


def _accounts(person: Person) -> list[User]:
    return list(User.objects.filter(reader__in=readers_of(person)))


def _is_only_a_patient(user: User) -> bool:
    return roles_of(user) <= {Role.PATIENT} and not user.is_staff


def export(person: Person) -> Iterable[Table]:
    """Hand over the account: its address, and since when."""
    rows = [[one.email, day_of(one.date_joined), day_of(one.last_login)] for one in _accounts(person)]
    yield Table("account", ["address", "since", "last signed in"], rows)


def erase(person: Person) -> Iterable[Part]:
    """Tell of the account; somebody who works here, too, keeps theirs."""
    mine = [user for user in _accounts(person) if _is_only_a_patient(user)]
    yield Part(_("Account for the portal"), Kept.GOES, len(mine), lambda: _close(mine))


def _close(users: list[User]) -> None:
    for user in users:
        end_all(user)
        Reader.objects.filter(user=user).update(user=None)
        EmailAddress.objects.filter(user=user).delete()
        Authenticator.objects.filter(user=user).delete()
        KeptDraft.objects.filter(user=user).delete()
        user.refresh_from_db()
        user.email, user.first_name, user.last_name = f"{user.ref.lower()}@erased.invalid", "", ""
        user.is_active = False
        user.set_unusable_password()
        user.save()


def merge(into: Person, gone: Person, moves: Moves) -> None:
    """Give the account to the one who stands; where both have one, each keeps the one they have."""
    ours, theirs = into.patient.reader, gone.patient.reader
    if theirs.user_id is not None and ours.user_id is None:
        user = theirs.user_id
        moves.change(theirs, user_id=None)
        moves.change(ours, user_id=user)


keeper("accounts.account", models=("accounts.User",), export=export, erase=erase, merge=merge)
