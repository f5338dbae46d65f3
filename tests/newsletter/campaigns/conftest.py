"""What the tests of approval share: Monday morning, and Dr. Okafor's yes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from accounts.models import User
from newsletter.campaigns.approvers import ApprovalRule
from newsletter.editions.models import EditionPage
from tests.factories.approvals import MONDAY, rule


@pytest.fixture
def monday(location: Any) -> Iterator[None]:
    """Let it be Monday, nine in the morning, and the practice just opened."""
    with time_machine.travel(MONDAY, tick=True):
        yield


@pytest.fixture
def owner_approves(okafor: User, draft: EditionPage) -> ApprovalRule:
    """Return the rule that the owner approves every letter."""
    return rule("owner")
