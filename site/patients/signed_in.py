"""Whose own pages a request asks for: the reader behind the account, looked up once a request."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest

from patients.models import Reader


def reader_of(request: HttpRequest) -> Reader | None:
    """Return the reader who is signed in, with what they are as a patient; None for an account that is nobody's.

    It may be asked before anybody looked whether the session still holds: it opens nothing by itself.
    """
    session: Any = getattr(request, "session", {})
    account = session.get(SESSION_KEY)
    if account is None:
        return None
    known: tuple[Any, Reader | None] | None = getattr(request, "_reader", None)
    if known is None or known[0] != account:
        found = Reader.objects.select_related("patient").filter(user=account).first()
        request._reader = known = (account, found)  # type: ignore[attr-defined]
    return known[1]
