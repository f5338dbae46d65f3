"""A reader's own link: made once for ever, with or without their first name."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from journal.recording import Named, record
from patients.models import Reader, ReaderQuerySet
from referral_portal.referrals import policy
from referral_portal.referrals.actions.ground import demand
from referral_portal.referrals.models import PersonalLink, fresh_code
from vault import refs


@transaction.atomic
def create_link(*, reader: Reader, by: Named | str | None) -> PersonalLink:
    """Give `reader` their own link, once for ever.

    Raises:
        Refused: when the programme is not for them (portal.md: nobody under 18).
    """
    found = PersonalLink.objects.filter(reader=reader).first()
    if found is not None:
        return found
    demand(policy.may_refer(reader), _("This is not open to you."))
    try:
        with transaction.atomic():
            link = PersonalLink.objects.create(reader=reader, code=fresh_code())
    except IntegrityError:
        return PersonalLink.objects.get(reader=reader)
    record("link.made", subject=link, by=by)
    return link


@transaction.atomic
def create_links(*, readers: ReaderQuerySet) -> int:
    """Give every one of `readers` who has none a link of their own; return how many were made."""
    without = readers.filter(personal_link__isnull=True).select_related("patient").order_by("pk")
    made = [PersonalLink(reader=reader, code=refs.code()) for reader in without if policy.may_refer(reader)]
    PersonalLink.objects.bulk_create(made, batch_size=1000, ignore_conflicts=True)
    return len(made)


@transaction.atomic
def show_first_name(*, link: PersonalLink, shown: bool, by: Named | str | None) -> PersonalLink:
    """Say whether the friend's page may call the referrer by their first name."""
    link = PersonalLink.objects.select_for_update().get(pk=link.pk)
    if link.show_first_name != shown:
        link.show_first_name = shown
        link.save(update_fields=["show_first_name"])
        record("link.name_shown" if shown else "link.name_hidden", subject=link, by=by)
    return link
