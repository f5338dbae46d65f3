"""A correction: a letter of its own, begun from the one that it corrects, for those alone who got that."""

from __future__ import annotations

from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Page

from accounts.models import User
from journal.recording import record
from newsletter.campaigns import policy
from newsletter.campaigns.actions import Impossible, prepare
from newsletter.campaigns.models import Campaign
from newsletter.campaigns.receivers import GotIt
from newsletter.editions.actions import free_slug
from newsletter.editions.models import EditionPage
from practice import clocks


@transaction.atomic
def correct(*, edition: EditionPage, by: User) -> EditionPage:
    """Begin the correction of a letter that was sent: a draft that its editor finishes; clicked twice, there is one.

    Args:
        edition: what was sent.
        by: who corrects.

    Returns:
        The draft, addressed to whoever got the letter; the one that stands where a draft is under way.

    Raises:
        PermissionDenied: when `by` may not write letters.
        Impossible: when nobody got the letter.
    """
    if not policy.may_edit(by):
        raise PermissionDenied
    Page.objects.select_for_update().get(pk=edition.pk)  # one click after the other
    campaign = Campaign.objects.filter(edition=edition, dispatch__isnull=False).select_related("dispatch").first()
    if campaign is None or campaign.dispatch is None or not _has_left(campaign):
        raise Impossible(f"Nobody got {edition.ref}.")
    drafts = EditionPage.objects.filter(corrects=edition).exclude(campaign__state=Campaign.State.STARTED)
    standing: EditionPage | None = drafts.order_by("-pk").first()
    if standing is not None:
        return standing
    made = _drafted(edition, by)
    prepare(edition=made, by=by)
    record("edition.correction_begun", subject=made, by=by, corrects=edition.ref)
    return made


def _has_left(campaign: Campaign) -> bool:
    return campaign.dispatch is not None and campaign.dispatch.messages.filter(state__in=GotIt.LEFT).exists()


def _drafted(edition: EditionPage, by: User) -> EditionPage:
    """Return the draft: whose letter it was, and a text that stays empty until its editor says what is right."""
    with translation.override(edition.locale.language_code):
        subject = _("Correction: %(subject)s") % {"subject": edition.subject}
        day = date_format(edition.issued_on, "DATE_FORMAT")
        heading = _("A correction to our letter of %(day)s") % {"day": day}
    today = clocks.today()
    blocks = [
        {"type": "header", "value": {"line": ""}, "id": str(uuid4())},
        {"type": "text", "value": {"heading": heading, "text": ""}, "id": str(uuid4())},
    ]
    parent = edition.get_parent()
    draft = EditionPage(
        title=_("Correction of %(letter)s") % {"letter": edition.title},
        slug=free_slug(parent, f"{slugify(edition.slug)}-correction", today.year),
        subject=subject[: EditionPage._meta.get_field("subject").max_length],
        sender=edition.sender,
        issued_on=today,
        written_for=edition.written_for,
        corrects=edition,
        body=blocks,
        locale=edition.locale,
        live=False,
        owner=by,
    )
    parent.add_child(instance=draft)
    draft.save_revision(user=by)
    return draft
