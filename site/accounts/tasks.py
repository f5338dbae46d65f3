"""What the worker tidies up behind people: sessions that ended by themselves, drafts that nobody came back for."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.drafts import forget_old


@shared_task(name="accounts.tidy")
def tidy() -> None:
    """Delete sessions past their end, the lines that list them, and drafts of more than a day ago."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    forget_old()
