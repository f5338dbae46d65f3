"""Whoever reviewed a tip is shown with the face of their own page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from home.models import PersonPage
from home.templatetags.faces import face_of
from newsletter.editions.models import TipPage
from tests.factories import editions


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_initials_stand_in_until_there_is_a_portrait(tip: TipPage, client: Client) -> None:
    member = tip.reviewer.staff_member
    assert f'aria-hidden="true">{member.initials}</span>' in client.get(tip.url).content.decode()
    page = PersonPage.objects.get(staff_member=member)
    page.photo = editions.picture(600, 690)
    page.save()
    html = client.get(tip.url).content.decode()
    assert f">{member.initials}</span>" not in html
    assert 'class="gw-avatar"' in html
    assert '<span class="gw-avatar" aria-hidden="true"><' in html


def test_a_page_that_is_not_shown_lends_no_face(tip: TipPage) -> None:
    member = tip.reviewer.staff_member
    PersonPage.objects.filter(staff_member=member).update(photo=editions.picture(600, 690), live=False)
    assert face_of(member) is None
    PersonPage.objects.filter(staff_member=member).update(live=True)
    assert face_of(member) is not None
    assert face_of(None) is None
