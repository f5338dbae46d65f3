"""The roles and what each may do: one table, from which Wagtail's groups and the route matrix are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Role(models.TextChoices):
    """What somebody is to the practice. The guest and the system hold no grant."""

    PATIENT = "patient", _("Patient")
    OFFICE_MEMBER = "office_member", _("Office member")
    OFFICE_ADMIN = "office_admin", _("Office admin")
    EDITOR = "editor", _("Editor")
    COORDINATOR = "coordinator", _("Coordinator")
    CLINICIAN = "clinician", _("Clinician")
    LEAD = "lead", _("Lead")
    OWNER = "owner", _("Owner")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")


STAFF = frozenset({Role.EDITOR, Role.COORDINATOR, Role.CLINICIAN, Role.LEAD, Role.OWNER, Role.PRIVACY_OFFICER})
OFFICE = frozenset({Role.OFFICE_MEMBER, Role.OFFICE_ADMIN})
SECOND_FACTOR = STAFF | {Role.OFFICE_ADMIN}
ANYONE = frozenset(Role)

PERMISSIONS: dict[str, frozenset[Role]] = {
    "admin.enter": STAFF,
    "pages.edit": frozenset({Role.EDITOR, Role.LEAD, Role.OWNER}),
    "newsletters.edit": frozenset({Role.EDITOR, Role.LEAD, Role.OWNER}),
    "newsletters.send": frozenset({Role.EDITOR, Role.LEAD, Role.OWNER}),
    "newsletters.rule": frozenset({Role.OWNER}),
    "inbox.see": frozenset({Role.COORDINATOR, Role.CLINICIAN, Role.LEAD, Role.OWNER}),
    "cases.handle": frozenset({Role.COORDINATOR, Role.CLINICIAN, Role.LEAD, Role.OWNER}),
    "cases.triage": frozenset({Role.CLINICIAN, Role.LEAD, Role.OWNER}),
    "cases.report": frozenset({Role.COORDINATOR, Role.CLINICIAN, Role.LEAD, Role.OWNER}),
    "cases.reopen": frozenset({Role.LEAD, Role.OWNER}),
    "cases.withdraw_any": frozenset({Role.PRIVACY_OFFICER}),
    "referrals.handle": frozenset({Role.COORDINATOR, Role.CLINICIAN, Role.LEAD, Role.OWNER}),
    "follow_ups.handle": frozenset({Role.COORDINATOR, Role.LEAD, Role.OWNER}),
    "patients.see": frozenset({Role.COORDINATOR, Role.CLINICIAN, Role.LEAD, Role.OWNER, Role.PRIVACY_OFFICER}),
    "patients.edit": frozenset({Role.COORDINATOR, Role.LEAD, Role.OWNER}),
    "patients.import": frozenset({Role.COORDINATOR, Role.LEAD, Role.OWNER}),
    "patients.merge": frozenset({Role.COORDINATOR, Role.LEAD, Role.OWNER}),
    "patients.export": frozenset({Role.LEAD, Role.OWNER, Role.PRIVACY_OFFICER}),
    "patients.erase": frozenset({Role.OWNER, Role.PRIVACY_OFFICER}),
    "consent.report": frozenset({Role.EDITOR, Role.COORDINATOR, Role.LEAD, Role.OWNER, Role.PRIVACY_OFFICER}),
    "consent.lift": frozenset({Role.COORDINATOR, Role.LEAD, Role.OWNER, Role.PRIVACY_OFFICER}),
    "segments.edit": frozenset({Role.EDITOR, Role.COORDINATOR, Role.LEAD, Role.OWNER}),
    "segments.clinical": frozenset({Role.EDITOR, Role.COORDINATOR, Role.LEAD, Role.OWNER}),
    "surveys.edit": frozenset({Role.EDITOR, Role.LEAD, Role.OWNER}),
    "surveys.see": frozenset({Role.EDITOR, Role.COORDINATOR, Role.CLINICIAN, Role.LEAD, Role.OWNER}),
    "surveys.read": frozenset({Role.COORDINATOR, Role.CLINICIAN, Role.LEAD, Role.OWNER}),
    "offices.manage": frozenset({Role.COORDINATOR, Role.LEAD, Role.OWNER}),
    "practice.manage": frozenset({Role.LEAD, Role.OWNER}),
    "journal.read": frozenset({Role.PRIVACY_OFFICER, Role.OWNER}),
    "portal.patient": frozenset({Role.PATIENT}),
    "portal.office": OFFICE,
    "portal.office_admin": frozenset({Role.OFFICE_ADMIN}),
}


def roles_of(user: User | AnonymousUser, scope_ref: str | None = None) -> frozenset[Role]:
    """Return the roles that `user` holds now.

    Args:
        user: anybody; a visitor or a closed account holds none.
        scope_ref: only grants in this scope, as `office:OF-7K2M`; None means any scope.

    The grants are read once for each user object.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    held: list[tuple[str, str]] | None = user.__dict__.get("_current_grants")
    if held is None:
        held = user.__dict__["_current_grants"] = list(user.grants.current().values_list("role", "scope_ref"))
    return frozenset(Role(role) for role, scope in held if scope_ref is None or scope == scope_ref)


def may(user: User | AnonymousUser, permission: str, scope_ref: str | None = None) -> bool:
    """Return whether one of the user's roles carries `permission`.

    Raises:
        KeyError: for a permission that the table does not have, so that a slip of the pen never opens a door.
    """
    return bool(PERMISSIONS[permission] & roles_of(user, scope_ref))


def is_staff(user: User | AnonymousUser) -> bool:
    """Return whether `user` works for the practice."""
    return bool(STAFF & roles_of(user))


def needs_second_factor(user: User | AnonymousUser) -> bool:
    """Return whether `user` must show a second factor: staff, office admins, and whoever enters the Wagtail admin."""
    return bool(
        SECOND_FACTOR & roles_of(user)
        or (user.is_authenticated and user.is_active and (user.is_staff or user.is_superuser))
    )
