"""Every kind of page that the public, an office, a patient and a letter's reader see is valid HTML."""

from __future__ import annotations

import email
import re
from email import policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.journeys.asking import Visitor
from tests.journeys.conftest import Demo
from tests.journeys.test_every_page import ACCOUNT, OFFICE, PATIENT, PUBLIC
from tests.services import nu
from tests.services.plugin import missing

pytestmark = pytest.mark.html

WALKS = {
    "visitor": ("", "/", PUBLIC),
    "office": ("office", "/portal/office/cases/", OFFICE),
    "patient": ("patient", "/portal/me/", PATIENT),
    "account": ("office", "/accounts/email/", ACCOUNT),
}
# One of each kind at least, so that a walk which loses its way is noticed.
KINDS = ("/", "/services/", "/team/", "/health-tips/", "/newsletter/", "/contact/", "/for-offices/", "/privacy/")
ALONE = (
    *("/no-such-page/", "/search/", "/search/?q=implant", "/search/?q=implnat", "/search/?q=zeppelin%22%3C"),
    *("/search/?q=the&page=2", "/accounts/login/", "/accounts/login/code/"),
    *("/book/thanks/", "/contact/write/thanks/", "/for-offices/apply/thanks/"),
)
MISTAKES = {
    "": ("/newsletter/subscribe/", "/book/", "/contact/write/", "/for-offices/apply/", "/accounts/login/"),
    "office": ("/portal/office/cases/new/", "/portal/office/cases/JR-4M9X/correction/"),
    "patient": ("/portal/me/referrals/new/",),
}
PURPOSE = re.compile(r"/e/(\w+)/[^/\s\"'<>]+/")


def letters_links(outbox: Path) -> dict[str, str]:
    """Return one path of each purpose of the links in the letters that were sent."""
    found: dict[str, str] = {}
    for file in sorted(outbox.rglob("*.eml")):
        mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        for part in mail.walk():
            if part.get_content_maintype() == "text":
                for link in PURPOSE.finditer(part.get_content()):
                    found.setdefault(link[1], urlsplit(link[0]).path)
    return found


def test_every_kind_of_page_is_valid(demo: Demo, tmp_path: Path) -> None:
    pages: dict[str, str] = {}
    for who, (role, start, within) in WALKS.items():
        visitor = Visitor(demo.url).sign_in(role) if role else Visitor(demo.url)
        walked = visitor.pages(start, within)
        assert len(walked) > 3, who
        pages |= {f"{who} {path}": html for path, html in walked.items()}
    assert {f"visitor {path}" for path in KINDS} <= set(pages)
    pages |= {f"alone {path}": Visitor(demo.url).get(path)[2] for path in ALONE}
    for role, paths in MISTAKES.items():
        for path in paths:
            visitor = Visitor(demo.url).sign_in(role) if role else Visitor(demo.url)
            pages[f"mistakes {role} {path}"] = visitor.post(path, nothing="")[2]
    links = letters_links(demo.folder / "outbox")
    assert {"view", "unsubscribe", "preferences", "why"} <= set(links)
    pages |= {f"mail {path}": Visitor(demo.url).get(path)[2] for path in links.values()}
    pages = {name: html for name, html in pages.items() if html.lstrip()[:9].lower() == "<!doctype"}
    assert len(pages) > 60
    assert f"mail {links['view']}" in pages
    try:
        found = nu.complaints(pages, tmp_path, letters=frozenset({f"mail {links['view']}"}))
    except nu.Unavailable as error:
        missing("html", str(error))
        return
    assert found == [], f"{len(found)} complaints on {len(pages)} pages\n" + "\n".join(found)
