"""What follows when a visitor asks for something: whoever owes the answer gets a mail without a word of it."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from accounts.models import RoleGrant, User
from accounts.roles import PERMISSIONS
from delivery.actions import send_one
from journal.models import Entry
from journal.reacting import on
from practice.follow_ups import FollowUp

BY_VISITORS = ("guest:", "reader:")


@on("follow_up.made")
def tell_owner(entry: Entry) -> None:
    """Send a reference and a link to who owes the answer, unless it was given already."""
    if not entry.by.startswith(BY_VISITORS):
        return
    ref = entry.subject.removeprefix("follow_up:")
    follow_up = FollowUp.objects.select_related("owner__user").filter(ref=ref).first()
    if follow_up is None or not follow_up.is_open:
        return
    url = settings.SITE_URL + reverse("follow_ups:item", args=[follow_up.ref])
    context = {"ref": follow_up.ref, "url": url, "due_on": follow_up.due_on}
    for address in _addresses(follow_up.owner.user):
        send_one(name="follow_up_new", to=address, occasion=str(entry.pk), context=context)


def _addresses(owner: User | None) -> list[str]:
    """Return the owner's address; of everybody who handles follow-ups where the owner does not sign in."""
    if owner is not None and owner.is_active and owner.email:
        return [owner.email]
    grants = RoleGrant.objects.current().filter(role__in=PERMISSIONS["follow_ups.handle"], user__is_active=True)
    return sorted(set(grants.values_list("user__email", flat=True)))
