"""What is over is forgotten, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts import tasks
from accounts.models import KeptDraft, User
from tests.site.accounts import signing

pytestmark = pytest.mark.django_db


def test_sessions_that_are_over_go_with_the_lines_that_list_them(margaret: User) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        signing.by_code(client, margaret)
    assert UserSession.objects.filter(user=margaret).count() == 2
    Session.objects.filter(pk=there.session.session_key).update(expire_date=timezone.now() - timedelta(minutes=1))
    tasks.tidy()
    assert [one.session_key for one in UserSession.objects.filter(user=margaret)] == [here.session.session_key]
    assert here.get("/accounts/sessions/").status_code == 200


def test_a_draft_lies_for_a_day_and_no_longer(margaret: User) -> None:
    for path, age in (("/portal/old/", timedelta(hours=25)), ("/portal/new/", timedelta(hours=23))):
        KeptDraft.objects.create(user=margaret, path=path, fields="{}", kept_at=timezone.now() - age)
    tasks.tidy()
    assert [draft.path for draft in KeptDraft.objects.all()] == ["/portal/new/"]
