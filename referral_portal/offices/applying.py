"""How an office gets its account: it applies, staff approve or decline; nothing opens before a person said yes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from content.public_forms import Refused
from journal.recording import name_of, record
from practice import actions as promises
from practice.follow_ups import FollowUp
from referral_portal.offices import actions, policy, states
from referral_portal.offices.models import Invitation, Office
from referral_portal.offices.states import Action

APPLICANT = "guest:office"
OF_THE_OFFICE = ("kind", "phone", "fax", "street", "city", "state", "zip_code", "news_by")


class Decided(Exception):
    """Somebody decided already."""


@transaction.atomic
def apply(*, said: Mapping[str, Any], drawn_on: date) -> Office:
    """Keep that an office asks for an account, and promise it an answer; sent twice, it is one.

    Whether we know the office or the address is not looked at here, so that neither answer nor time gives it away.

    Args:
        said: what was filled in; the office's own facts go into its row, who asks stays sealed.
        drawn_on: the day of the page from which it was sent.

    Raises:
        Refused: where nobody could answer.
    """
    once = f"{drawn_on.isoformat()} {json.dumps(dict(said), sort_keys=True)}"
    try:
        promise = promises.promise(
            what="An office asks for an account", kind=FollowUp.Kind.OFFICE, by=APPLICANT, said=said, once=once
        )
    except promises.NobodyHere as nobody:
        raise Refused(_("We cannot take this here yet. Please call us.")) from nobody
    if promise.concerns:
        return Office.objects.get(ref=promise.concerns.removeprefix("office:"))
    office = Office.objects.create(
        name=said["office_name"],
        status=Office.Status.APPLIED,
        **{name: said[name] for name in OF_THE_OFFICE if said.get(name)},
    )
    promise.concerns = name_of(office)
    promise.save(update_fields=["concerns"])
    record("office.applied", subject=office, by=APPLICANT)
    return office


@transaction.atomic
def approve(*, office: Office, by: User) -> Office:
    """Open an office's account and invite who asked for it, as its admin; the promise is kept.

    Raises:
        PermissionDenied: when `by` does not manage offices.
        Decided: when somebody decided already.
    """
    office = _decide(office, Action.APPROVE, by)
    record("office.approved", subject=office, by=by)
    if email := application_of(office).get("email", ""):
        actions.invite(office=office, email=email, may=Invitation.May.ADMIN, by=by)
    _keep_promises(office, by)
    return office


@transaction.atomic
def decline(*, office: Office, by: User) -> Office:
    """Open no account for an office; nobody is written to.

    Raises:
        PermissionDenied: when `by` does not manage offices.
        Decided: when somebody decided already.
    """
    office = _decide(office, Action.DECLINE, by)
    record("office.declined", subject=office, by=by)
    _keep_promises(office, by)
    return office


def application_of(office: Office) -> dict[str, Any]:
    """Return what an office filled in when it asked; empty where staff entered it."""
    asked = FollowUp.objects.filter(kind=FollowUp.Kind.OFFICE, concerns=name_of(office)).select_related("contents")
    found = asked.order_by("pk").last()
    return found.said if found else {}


def _decide(office: Office, action: Action, by: User) -> Office:
    if not policy.may_decide(by):
        raise PermissionDenied
    office = Office.objects.select_for_update().get(pk=office.pk)
    state = states.target(action, office.status)
    if state is None:
        raise Decided
    office.status = state
    office.save(update_fields=["status"])
    return office


def _keep_promises(office: Office, by: User) -> None:
    for promise in FollowUp.objects.open().filter(kind=FollowUp.Kind.OFFICE, concerns=name_of(office)):
        promises.settle(follow_up=promise, by=by)
