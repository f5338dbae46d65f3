"""Who signs in: a person with an e-mail address, and the roles granted to them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from vault import ids
from vault.fields import RefField, SealedTextField


class UserManager(DjangoUserManager["User"]):
    """Makes people by their e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:  # type: ignore[override]
        """Return a new person; without a password only a code or a passkey signs them in."""
        user = self.model(email=email.strip().lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(  # type: ignore[override]
        self, email: str, password: str | None = None, **extra: Any
    ) -> User:
        """Return a person who may do everything in the Wagtail admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the person with this address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person who may sign in; what they may do is in their grants."""

    username = None  # type: ignore[assignment]
    ref = RefField(prefix="U")
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[misc]

    class Meta(AbstractUser.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("email"), name="accounts_one_user_per_address")
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must match to live on: it changes with the password, and with each new epoch."""
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("goodword.session", value, secret=secret, algorithm="sha256").hexdigest()

    @property
    def initials(self) -> str:
        """Return up to two letters for the avatar."""
        return (self.first_name[:1] + self.last_name[:1]).upper() or self.email[:1].upper()


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """Readings of grants."""

    def current(self) -> RoleGrantQuerySet:
        """Return grants that have not ended."""
        return self.filter(ended_at__isnull=True)


class RoleGrant(models.Model):
    """A role that somebody holds, in a scope (`office:OF-7K2M`, or "" for the whole practice), from when to when."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=32, choices=Role.choices)
    scope_ref = models.CharField(max_length=64, blank=True, default="")
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=64, blank=True, default="")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "role", "scope_ref"],
                condition=models.Q(ended_at__isnull=True),
                name="accounts_one_current_grant",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by="")
                | models.Q(ended_at__isnull=False) & ~models.Q(ended_by=""),
                name="accounts_grant_end_has_at_and_by",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="accounts_grant_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.scope_ref}".strip()


class KeptDraft(models.Model):
    """What somebody had typed when their screen locked: sealed, theirs alone, for one path, for one day."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="kept_drafts")
    path = models.CharField(max_length=200)
    fields = SealedTextField()
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "path"], name="accounts_one_draft_per_path")
        ]

    def __str__(self) -> str:
        return f"draft for {self.path}"
