"""What happens to the people of an office: invited, invited again, joined, switched off."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import grant_role
from accounts.models import User
from accounts.roles import Role
from journal.recording import SYSTEM, name_of, record
from referral_portal.offices import policy
from referral_portal.offices.models import (
    INVITATION_LASTS,
    DoctorMembership,
    Invitation,
    Membership,
    Office,
    ReferringDoctor,
)

ONE_CLICK = timedelta(seconds=60)


class InvitationOver(Exception):
    """The invitation was used, taken back, or is too old."""


@transaction.atomic
def invite(*, office: Office, email: str, may: str, by: User) -> Invitation:
    """Ask somebody to join an office; who is invited already is asked again.

    Args:
        office: which.
        email: the person's own work address.
        may: a value of Invitation.May.
        by: an admin of the office, or staff who manage offices.

    Raises:
        PermissionDenied: when `by` does not look after this office's people.
        ValidationError: when the person belongs to it already.
    """
    if not policy.may_manage(by, office):
        raise PermissionDenied
    Office.objects.select_for_update().get(pk=office.pk)
    email = email.strip().lower()
    if Membership.objects.current().filter(office=office, user__email__iexact=email).exists():
        raise ValidationError({"email": _("This person belongs to your office already.")})
    standing = office.invitations.filter(status=Invitation.Status.SENT, email__iexact=email).first()
    if standing is not None:
        return invite_again(invitation=standing, by=by)
    invitation = Invitation.objects.create(office=office, email=email, may=may, sent_by=name_of(by))
    record("office.invited", subject=office, by=by, invitation=invitation.ref, may=may, time=1)
    return invitation


@transaction.atomic
def invite_again(*, invitation: Invitation, by: User) -> Invitation:
    """Send an invitation once more; its fourteen days begin anew.

    Raises:
        InvitationOver: when it was used or taken back.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("office").get(pk=invitation.pk)
    if not policy.may_manage(by, invitation.office):
        raise PermissionDenied
    if invitation.status != Invitation.Status.SENT:
        raise InvitationOver
    if timezone.now() - invitation.sent_at < ONE_CLICK:
        return invitation
    invitation.sent_at, invitation.expires_at = timezone.now(), timezone.now() + INVITATION_LASTS
    invitation.times_sent += 1
    invitation.save(update_fields=["sent_at", "expires_at", "times_sent"])
    record(
        "office.invited",
        subject=invitation.office,
        by=by,
        invitation=invitation.ref,
        may=invitation.may,
        time=invitation.times_sent,
    )
    return invitation


@transaction.atomic
def revoke(*, invitation: Invitation, by: User) -> Invitation:
    """Take an invitation back; its link opens nothing from now on."""
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("office").get(pk=invitation.pk)
    if not policy.may_manage(by, invitation.office):
        raise PermissionDenied
    if invitation.status != Invitation.Status.SENT:
        return invitation
    _settle(invitation, Invitation.Status.REVOKED, name_of(by))
    record("office.invitation_revoked", subject=invitation.office, by=by, invitation=invitation.ref)
    return invitation


@transaction.atomic
def join(*, invitation: Invitation, first_name: str, last_name: str) -> User:
    """Use an invitation: the person behind its address gets an account, a membership and its role.

    Args:
        invitation: opened by its link, which only that address received.
        first_name, last_name: as the person writes them; an account that has a name keeps it.

    Raises:
        InvitationOver: when it was used, taken back, or is too old.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("office").get(pk=invitation.pk)
    if not invitation.is_waiting or invitation.office.status == Office.Status.CLOSED:
        raise InvitationOver
    user = User.objects.filter(email__iexact=invitation.email).first()
    if user is None:
        user = User.objects.create_user(invitation.email, first_name=first_name, last_name=last_name)
    elif not user.get_full_name():
        user.first_name, user.last_name = first_name, last_name
        user.save(update_fields=["first_name", "last_name"])
    is_admin = invitation.may == Invitation.May.ADMIN
    role = Membership.Role.ADMIN if is_admin else Membership.Role.MEMBER
    Membership.objects.get_or_create(user=user, office=invitation.office, ended_at=None, defaults={"role": role})
    granted = Role.OFFICE_ADMIN if is_admin else Role.OFFICE_MEMBER
    grant_role(user=user, role=granted, by=None, scope_ref=invitation.office.scope)
    if invitation.may == Invitation.May.DENTIST:
        _name_as_referring(user, invitation.office)
    _settle(invitation, Invitation.Status.JOINED, name_of(user))
    record("office.joined", subject=invitation.office, by=user, invitation=invitation.ref, role=role)
    return user


def _name_as_referring(user: User, office: Office) -> None:
    name = user.get_full_name()
    title = name if name.startswith("Dr.") else f"Dr. {name}"
    doctor, _created = ReferringDoctor.objects.get_or_create(user=user, defaults={"name": title})
    DoctorMembership.objects.get_or_create(doctor=doctor, office=office, ends_on=None)


def _settle(invitation: Invitation, status: str, by: str) -> None:
    invitation.status, invitation.settled_at, invitation.settled_by = status, timezone.now(), by
    invitation.save(update_fields=["status", "settled_at", "settled_by"])


def expire_invitations(*, by: None = None) -> int:
    """Mark invitations that nobody used in time; return how many."""
    late = Invitation.objects.filter(status=Invitation.Status.SENT, expires_at__lte=timezone.now())
    return late.update(status=Invitation.Status.EXPIRED, settled_at=timezone.now(), settled_by=SYSTEM)
