"""What somebody typed as their screen locked: kept sealed for a day, and put back into the form after sign-in."""

from __future__ import annotations

import json
from datetime import timedelta

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import KeptDraft, User

KEPT_FOR = timedelta(days=1)
LONGEST = 200_000
SECRET_WORDS = ("password", "csrf", "code", "token")
UNKEPT_PATHS = ("/accounts/", "/admin/pages/")  # secrets are typed there; pages save themselves


def keep(request: HttpRequest) -> bool:
    """Keep the fields of a POST for the person whose session ended; return whether there was anything to keep.

    Files are not kept, nor any field whose name speaks of a secret. A newer draft of the same path replaces the older.
    """
    user = request.user
    if not isinstance(user, User) or not _is_keepable(request):
        return False
    fields = {
        name: values
        for name, values in request.POST.lists()
        if any(value.strip() for value in values) and not any(word in name.lower() for word in SECRET_WORDS)
    }
    text = json.dumps(fields)
    if not fields or len(text) > LONGEST:
        return False
    with transaction.atomic():
        forget_old()
        KeptDraft.objects.filter(user=user, path=request.path).delete()
        KeptDraft.objects.create(user=user, path=request.path, fields=text)
    return True


def _is_keepable(request: HttpRequest) -> bool:
    return (
        request.method == "POST"
        and len(request.path) <= 200
        and not request.path.startswith(UNKEPT_PATHS)
        and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    )


def take(request: HttpRequest, path: str | None = None) -> dict[str, str | list[str]] | None:
    """Return what the signed-in person had typed at `path`, fit for a form's `initial`.

    Args:
        path: where the form posts to; the request's own path when None.

    Returns:
        field name → its text, or a list where several values were chosen; None when nothing was kept. The draft stays
        until the form is sent from there or the day is over, so that a reload loses nothing.
    """
    if not isinstance(request.user, User) or not has_drafts(request):
        return None
    draft = KeptDraft.objects.filter(
        user=request.user, path=path or request.path, kept_at__gte=timezone.now() - KEPT_FOR
    ).first()
    if draft is None:
        return None
    fields: dict[str, list[str]] = json.loads(draft.fields)
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


def restore[Form: forms.BaseForm](request: HttpRequest, form: Form, path: str | None = None) -> Form:
    """Put what was typed at `path` into the visible fields of an unbound form, and return the form.

    Hidden fields belong to the page, as the version that somebody saw: they stay as the page has them.
    """
    kept = None if form.is_bound else take(request, path)
    for name, field in form.fields.items():
        value = (kept or {}).get(form.add_prefix(name))
        if value is not None and not field.widget.is_hidden:
            form.initial[name] = value
    return form


def forget(request: HttpRequest, path: str | None = None) -> None:
    """Delete the draft of `path`, because its form was sent or its writer let it go."""
    if isinstance(request.user, User) and has_drafts(request):
        KeptDraft.objects.filter(user=request.user, path=path or request.path).delete()


def forget_old() -> None:
    """Delete every draft whose day is over."""
    KeptDraft.objects.filter(kept_at__lt=timezone.now() - KEPT_FOR).delete()


def has_drafts(request: HttpRequest) -> bool:
    """Return whether this session began with drafts waiting, so that nobody else pays a query."""
    return bool(request.session.get("has_drafts"))


def note_waiting(request: HttpRequest, user: User) -> None:
    """Note in a session that begins whether drafts of its person wait."""
    if KeptDraft.objects.filter(user=user, kept_at__gte=timezone.now() - KEPT_FOR).exists():
        request.session["has_drafts"] = True
