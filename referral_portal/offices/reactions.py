"""What follows from an office's news: the mail with the invitation's link."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from delivery.actions import send_one
from journal.models import Entry
from journal.reacting import on
from referral_portal.offices.models import Invitation
from vault import tokens


@on("office.invited")
def mail_invitation(entry: Entry) -> None:
    """Send the link by which the invited person joins, unless the invitation is over."""
    found = Invitation.objects.select_related("office").filter(ref=entry.particulars.get("invitation")).first()
    if found is None or not found.is_waiting:
        return
    inviter = User.objects.filter(ref=entry.by.removeprefix("user:")).first()
    url = settings.SITE_URL + reverse("portal_join", args=[tokens.sign("join", found.ref)])
    send_one(
        name="office_invitation",
        to=found.email,
        occasion=str(entry.pk),
        context={"office": found.office.name, "inviter": str(inviter or found.office.name), "url": url},
    )
