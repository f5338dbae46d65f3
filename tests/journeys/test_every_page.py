"""Every page that a person can reach: no policy report, nothing for axe, nothing wider than a small phone."""

from __future__ import annotations

import re
from typing import Literal

import pytest

from tests.journeys.conftest import Enter
from tests.journeys.walking import axe_findings, sideways, walk

pytestmark = pytest.mark.browser

PUBLIC = re.compile(r"/(?!admin|portal|e/|accounts/2fa)")
KINDS = re.compile(r"/(events|reviews|nondiscrimination|team)/$|/events/[\w-]+/$|/team/theo-lindqvist/$")
SPANISH = re.compile(r"/es/(?!services/.)")  # one service is as the other
OFFICE = re.compile(r"/portal/office/(?!switch)")
PATIENT = re.compile(r"/portal/me/|/r/")
STAFF = re.compile(r"/admin/(inbox|newsletters)/|/admin/$")
ACCOUNT = re.compile(r"/accounts/(?!logout)")
# In the dark the same page has other colors and nothing else, so only these are looked at again.
LOOKS: list[tuple[Literal["light", "dark"], int, tuple[str, ...]]] = [
    ("light", 390, ()),
    ("light", 1280, ()),
    ("dark", 1280, ("color-contrast", "link-in-text-block")),
    ("dark", 390, ("color-contrast", "link-in-text-block")),
]
IMPORTS = re.compile(r"/admin/patients/(import/(?!IM-\w+/refused/)|export/)")  # refused rows are a file, no page
WALKS = {
    "visitor": ("", "/", PUBLIC, 40),
    "in Spanish": ("", "/es/", SPANISH, 10),
    "events and people": ("", "/events/", KINDS, 12),
    "nowhere": ("", "/no-such-page/", re.compile(r"$^"), 1),
    "asking": ("", "/contact/write/", re.compile(r"/for-offices/apply/$|/book/$"), 3),
    "asked": ("", "/book/thanks/", re.compile(r"$^"), 1),
    "applied": ("", "/for-offices/apply/thanks/", re.compile(r"$^"), 1),
    "found": ("", "/search/?q=implant", re.compile(r"$^"), 1),
    "office": ("office", "/portal/office/cases/", OFFICE, 25),
    "patient": ("patient", "/portal/me/", PATIENT, 15),
    "coordinator": ("coordinator", "/admin/inbox/", STAFF, 15),
    "follow-ups": ("coordinator", "/admin/follow-ups/", re.compile(r"/admin/follow-ups/"), 5),
    "patients": ("coordinator", "/admin/patients/", re.compile(r"/admin/patients/(?!import|export)"), 15),
    "records": ("owner", "/admin/patients/", re.compile(r"/admin/patients/PT-[^/]+/"), 14),
    "imports": ("owner", "/admin/patients/import/", IMPORTS, 4),
    "duplicates": ("owner", "/admin/patients/duplicates/", re.compile(r"/admin/patients/duplicates/"), 3),
    "segments": ("coordinator", "/admin/segments/", re.compile(r"/admin/segments/"), 6),
    "consent": ("owner", "/admin/reports/consent/", re.compile(r"/admin/reports/(consent|addresses)/"), 3),
    "paper": ("coordinator", "/admin/patients/preferences-form/", re.compile(r"/admin/patients/preferences-form/"), 2),
    "editor": ("editor", "/admin/newsletters/", STAFF, 15),
    "owner": ("owner", "/admin/", STAFF, 10),
    "account": ("office", "/accounts/email/", ACCOUNT, 10),
}


@pytest.mark.parametrize("who", WALKS)
def test_axe_finds_nothing_and_nothing_is_too_wide(enter: Enter, who: str) -> None:
    role, start, within, most = WALKS[who]
    page = enter(role)
    found: list[str] = []
    for path in walk(page, start, within=within, most=most):
        for scheme, width, rules in LOOKS:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            found.extend(f"{path} {scheme} {width}: {one}" for one in axe_findings(page, *rules))
        page.set_viewport_size({"width": 320, "height": 900})
        if over := sideways(page):
            found.append(f"{path} is {over} px too wide at 320")
    assert found == [], "\n" + "\n".join(found)
