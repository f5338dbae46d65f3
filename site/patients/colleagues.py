"""Readers of those who work here or at an office: one for each side, who get its letters while their role lasts."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import RoleGrant, User
from accounts.roles import OFFICE, STAFF
from patients import wordings
from patients.actions import record_consent
from patients.addresses import address_hash
from patients.models import Basis, Channel, ContactPoint, Purpose, Reader, ReaderKind, ReaderQuerySet

ROLES_OF = {ReaderKind.STAFF: STAFF, ReaderKind.OFFICE: OFFICE}
SOURCE = "role"
WORDING = "colleagues-2026-11"
wordings.show(WORDING, _("Because we work together, you get our letters to colleagues. You can stop them at any time."))


def side_of(role: str) -> ReaderKind | None:
    """Return on which side a role stands: here, at an office, or on neither."""
    return next((kind for kind, roles in ROLES_OF.items() if role in roles), None)


@transaction.atomic
def keep_reader(*, user: User, kind: ReaderKind) -> Reader:
    """Return the reader that somebody is as a colleague, made where there is none; asked twice, there is one.

    Who is a patient too has another reader for that: what one of them gets or stops is not the other's affair. A
    colleague may be written to until they object (15 U.S.C. 7704: a letter to a business contact needs a way out).

    Args:
        user: whose account it is.
        kind: staff or office.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    digest = address_hash(Channel.EMAIL, user.email)
    theirs = Reader.objects.filter(kind=kind).filter(
        Q(user=user)
        | Exists(ContactPoint.objects.filter(reader=OuterRef("pk"), channel=Channel.EMAIL, address_hash=digest))
    )
    reader = theirs.order_by("pk").first()
    if reader is None:
        account = None if Reader.objects.filter(user=user).exists() else user
        reader = Reader.objects.create(
            kind=kind, given_name=user.first_name[:80], family_name=user.last_name[:80], user=account
        )
    if not reader.contact_points.filter(channel=Channel.EMAIL, is_primary=True).exists():
        is_theirs = EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()
        ContactPoint.objects.create(
            reader=reader,
            channel=Channel.EMAIL,
            address=user.email,
            verified_at=timezone.now() if is_theirs else None,
        )
    record_consent(
        reader=reader,
        channel=Channel.EMAIL,
        purpose=Purpose.OWN_SERVICES,
        is_given=True,
        basis=Basis.MAY_OBJECT,
        wording_version=WORDING,
        source=SOURCE,
        by=None,
    )
    return reader


def at_work(kind: str) -> ReaderQuerySet:
    """Return those who work here (staff) or at an office just now; whoever left is not among them."""
    here = ContactPoint.objects.filter(
        reader=OuterRef(OuterRef("pk")), channel=Channel.EMAIL, is_primary=True, address=OuterRef("user__email")
    )
    holding = RoleGrant.objects.current().filter(role__in=ROLES_OF[ReaderKind(kind)], user__is_active=True)
    return Reader.objects.filter(Exists(holding.filter(Q(user=OuterRef("user")) | Q(Exists(here)))), kind=kind)


def works_on(reader: Reader, kind: str) -> bool:
    """Return whether a reader works here (staff) or at an office just now: `at_work` for one."""
    if reader.kind != kind:
        return False
    accounts = Q(pk=reader.user_id) | Q(email=reader.address(Channel.EMAIL))
    grants = RoleGrant.objects.current().filter(role__in=ROLES_OF[ReaderKind(kind)])
    return User.objects.filter(accounts, is_active=True, grants__in=grants).exists()
