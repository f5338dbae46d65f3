"""Makes people who sign in, and gives them roles."""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.auth.hashers import make_password

from accounts import actions
from accounts.models import User
from accounts.roles import Role

PASSWORD = "a goodword for every patient"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person with an address and the password PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    first_name = factory.Sequence(lambda n: f"Given{n}")
    last_name = factory.Sequence(lambda n: f"Family{n}")
    email = factory.LazyAttributeSequence(lambda user, n: f"{user.first_name.lower()}.{n}@people.example")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))


def person(*roles: Role, scope_ref: str = "", **attributes: Any) -> User:
    """Return a new person who holds `roles` in one scope."""
    user = UserFactory.create(**attributes)
    for role in roles:
        actions.grant_role(user=user, role=role, by=None, scope_ref=scope_ref)
    return user
