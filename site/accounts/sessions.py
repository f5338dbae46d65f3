"""How long a session lasts, what it has proven, and how it ends."""

from __future__ import annotations

import time
from datetime import timedelta

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout, update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode

from accounts.doors import way_back
from accounts.models import User
from accounts.roles import OFFICE, STAFF, needs_second_factor, roles_of
from journal.recording import record

LASTS = timedelta(hours=12)
IDLE_STAFF = timedelta(minutes=30)
IDLE_PATIENT = timedelta(minutes=60)
IDLE_SHARED = timedelta(minutes=10)
NOTED_EVERY = 60  # seconds: how exactly idleness is measured, and how seldom it is written
BACKGROUND = ("/admin/editing-sessions/",)  # what a page asks by itself is nobody's activity


def user_of(request: HttpRequest) -> User:
    """Return who is signed in, behind a door that lets nobody else pass.

    Raises:
        PermissionDenied: for a visitor, should such a door ever be forgotten.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def begin(request: HttpRequest) -> None:
    """Start the clocks of a session that somebody just opened."""
    request.session["signed_in_at"] = request.session["seen_at"] = int(time.time())
    proofs = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY)
    if proofs:  # signing in is itself a fresh proof: nobody is asked again in the next minutes
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [*proofs[:-1], {**proofs[-1], "reauthenticated": True}]


def idle_limit(request: HttpRequest) -> timedelta:
    """Return how long this person may be away before the screen locks."""
    if request.session.get("is_shared_computer"):
        return IDLE_SHARED
    return IDLE_STAFF if roles_of(request.user) & (STAFF | OFFICE) else IDLE_PATIENT


def why_over(request: HttpRequest) -> str:
    """Return "idle" or "old" when the session of this request is over, and "" while it lasts or nobody is signed in."""
    session, now = request.session, time.time()
    if "seen_at" not in session or not request.user.is_authenticated:
        return ""
    if now - session.get("signed_in_at", now) > LASTS.total_seconds():
        return "old"
    away = now - session["seen_at"]
    if away > IDLE_SHARED.total_seconds() and away > idle_limit(request).total_seconds():
        return "idle"
    return ""


def note_seen(request: HttpRequest) -> None:
    """Note that the person is here, at most once a minute."""
    if not request.user.is_authenticated or request.path.startswith(BACKGROUND):
        return
    now = int(time.time())
    request.session.setdefault("signed_in_at", now)
    if now - request.session.get("seen_at", 0) >= NOTED_EVERY:
        request.session["seen_at"] = now


def lock(request: HttpRequest, *, why: str, is_draft_kept: bool) -> None:
    """End the session; the sign-in page will say why, and whether what was typed is safe."""
    if isinstance(request.user, User):
        with transaction.atomic():
            record("session.locked", subject=request.user, by=request.user, why=why)
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)
    request.session["locked"] = {"why": why, "is_draft_kept": is_draft_kept}


def has_second_factor(request: HttpRequest) -> bool:
    """Return whether this session proved a second factor."""
    return any(proof.get("method") == "mfa" for proof in get_authentication_records(request, request.user))


def owes_second_factor(request: HttpRequest) -> bool:
    """Return whether somebody signed in must still show a second factor: until then nothing is open to them."""
    if settings.DEMO or settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return False
    return needs_second_factor(request.user) and not has_second_factor(request)


def drop_second_factor(request: HttpRequest) -> None:
    """Forget that this session proved a second factor, since the factor is gone."""
    proofs = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [proof for proof in proofs if proof.get("method") != "mfa"]


def ask_for_second_factor(request: HttpRequest) -> HttpResponse:
    """Lead to the set-up of a second factor, or to its question where it is set up."""
    is_set_up = Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP).exists()
    target = resolve_url("mfa_reauthenticate" if is_set_up else "mfa_index")
    target = f"{target}?{urlencode({REDIRECT_FIELD_NAME: way_back(request)})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=200, headers={"HX-Redirect": target})
    return redirect(target)


def end_others(request: HttpRequest, user: User) -> None:
    """End every session of `user` but this request's, also those that no list knows."""
    UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key).delete()
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    if request.user == user:
        update_session_auth_hash(request, user)
        UserSession.objects.filter(user=user).delete()
        UserSession.objects.create_from_request(request)


def end_all(user: User) -> None:
    """End every session of `user`."""
    UserSession.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
