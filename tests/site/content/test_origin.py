"""Where a form was sent from."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from content.origin import CsrfMiddleware, is_same_origin, way_back

SAID = [
    ({}, True),
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": "none"}, False),
    ({"Origin": "http://testserver"}, True),
    ({"Origin": "https://testserver"}, False),
    ({"Origin": "http://evil.example"}, False),
    ({"Origin": "null"}, False),
]


@pytest.mark.parametrize(("headers", "ours"), SAID)
def test_a_form_is_ours_when_the_browser_says_so(rf: RequestFactory, headers, ours):
    assert is_same_origin(rf.post("/display/", headers=headers)) is ours


def answer_of(rf: RequestFactory, headers: dict[str, str], token: str) -> object:
    secret = "a" * 32
    rf.cookies["csrftoken"] = secret
    request = rf.post("/portal/office/cases/", {"csrfmiddlewaretoken": token}, headers=headers)
    request._dont_enforce_csrf_checks = False
    middleware = CsrfMiddleware(lambda request: HttpResponse("in"))
    middleware.process_request(request)
    return middleware.process_view(request, lambda request: HttpResponse("in"), (), {})


def test_a_page_with_a_search_in_its_address_may_still_send_its_forms(rf: RequestFactory):
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert answer_of(rf, headers, "a" * 32) is None


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, "b" * 32),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, ""),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, "a" * 32),
        ({"Origin": "null"}, "a" * 32),
        ({"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, "a" * 32),
    ],
)
def test_a_forged_form_is_refused(rf: RequestFactory, headers, token):
    assert answer_of(rf, headers, token).status_code == 403


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nb", "evil", "", "///x"],
)
def test_the_way_back_is_never_somebody_elses(rf: RequestFactory, wanted):
    assert way_back(rf.post("/display/", {"next": wanted})) == "/"


def test_the_way_back_is_the_page_that_the_form_names(rf: RequestFactory):
    assert way_back(rf.post("/display/", {"next": "/services/?page=2"})) == "/services/?page=2"
