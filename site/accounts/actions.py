"""What happens to accounts: opened, roles granted and ended."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.groups import furnish
from accounts.models import RoleGrant, User
from accounts.roles import STAFF, Role, roles_of
from journal.recording import SYSTEM, name_of, record


@transaction.atomic
def open_account(
    *, email: str, by: User | None, first_name: str = "", last_name: str = "", is_verified: bool = False
) -> User:
    """Return the person with this address; a new one where nobody has it.

    Args:
        email: where sign-in codes go.
        by: who opens it; None is the system.
        first_name: given name; kept as it stands where the account exists.
        last_name: family name; likewise.
        is_verified: whether the person has shown that the address is theirs, as by a link sent to it.

    A new account has no password: its person signs in with a code, and may set one.
    """
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        try:
            with transaction.atomic():
                user = User.objects.create_user(email, first_name=first_name, last_name=last_name)
        except IntegrityError:  # the same person, at the same moment, elsewhere
            user = User.objects.get(email__iexact=email.strip())
        else:
            record("account.opened", subject=user, by=by)
    address, made = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": is_verified}
    )
    if is_verified and not made and not address.verified:
        address.verified = True
        address.save(update_fields=["verified"])
    return user


@transaction.atomic
def grant_role(*, user: User, role: Role, by: User | None, scope_ref: str = "") -> RoleGrant:
    """Give `user` a role, and with a staff role the Wagtail group of that name.

    Args:
        user: who gets it.
        role: which.
        by: who gives it; None is the system.
        scope_ref: where it holds, as `office:OF-7K2M`; "" for the whole practice.

    Returns:
        The grant; the standing one where it is held already.
    """
    _lock_grants_of(user.pk)
    grant, created = RoleGrant.objects.get_or_create(
        user=user, role=role, scope_ref=scope_ref, ended_at=None, defaults={"granted_by": name_of(by) or SYSTEM}
    )
    if created:
        record("role.granted", subject=user, by=by, role=str(role), scope=scope_ref)
        _settle_groups(user)
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, by: User | None) -> None:
    """End a grant; the record of it stays."""
    _lock_grants_of(grant.user_id)
    grant = RoleGrant.objects.select_for_update(of=("self",)).select_related("user").get(pk=grant.pk)
    if grant.ended_at is not None:
        return
    grant.ended_at, grant.ended_by = timezone.now(), name_of(by) or SYSTEM
    grant.save(update_fields=["ended_at", "ended_by"])
    record("role.ended", subject=grant.user, by=by, role=grant.role, scope=grant.scope_ref)
    _settle_groups(grant.user)


def _lock_grants_of(user_id: int) -> None:
    """Let nobody else grant or end roles of this person meanwhile: groups follow all of them together."""
    User.objects.select_for_update().only("pk").get(pk=user_id)


def _settle_groups(user: User) -> None:
    """Make Wagtail's groups follow the grants."""
    user.__dict__.pop("_current_grants", None)
    names = {str(role.value) for role in roles_of(user) & STAFF}
    wanted = [furnish(Role(name)) for name in sorted(names)]
    ours = Group.objects.filter(name__in=[role.value for role in STAFF])
    user.groups.remove(*ours.exclude(name__in=names))
    user.groups.add(*wanted)
    user.is_staff = bool(names)
    user.save(update_fields=["is_staff"])
