"""The faces of the team, for pages of other rooms that name somebody: their templates ask, and their code need not."""

from __future__ import annotations

from django import template

from content.models import Picture
from home.models import PersonPage
from practice.models import StaffMember

register = template.Library()


@register.simple_tag
def face_of(member: StaffMember | None) -> Picture | None:
    """Return the portrait on somebody's own page, in whatever language that is; None where initials must do."""
    if member is None:
        return None
    page = PersonPage.objects.live().filter(staff_member=member, photo__isnull=False).select_related("photo").first()
    return page.photo if page else None
