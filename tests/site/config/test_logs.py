"""Logs: one JSON object a line, and nothing in it that tells of a person."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from config.observing.logs import logging_settings, redact, redactor


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("mail to margaret.ellison@patients.example bounced", "mail to [mail] bounced"),
        ("call 360-555-0142 back", "call [phone] back"),
        ("call (360) 555-0142", "call [phone]"),
        ("call +1 360 555 0142 now", "call [phone] now"),
        ("SMS to 3605550142", "SMS to [phone]"),
        ("born 1955-03-14", "born [date]"),
        ("born 3/14/1955", "born [date]"),
        ("Not Found: /e/unsubscribe/IlJELTEi:1x:abc/", "Not Found: /e/unsubscribe/[token]/"),
        ("Not Found: /r/7K2M9QAB/", "Not Found: /r/[token]/"),
        ("Not Found: /portal/join/abc.def/", "Not Found: /portal/join/[token]/"),
        ("GET /search/?q=Margaret+Ellison", "GET /search/?[query]"),
        ("case JR-7K2M accepted in 12 ms", "case JR-7K2M accepted in 12 ms"),
        ("at 2026-11-23T09:00:00Z", "at 2026-11-23T09:00:00Z"),
        ("why? nobody knows", "why? nobody knows"),
    ],
)
def test_shapes_of_personal_data_are_blotted_out(said: str, kept: str) -> None:
    assert redact(said) == kept


@given(st.text())
def test_redacting_twice_is_redacting_once(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@given(local=st.from_regex(r"[a-z][a-z0-9.]{0,20}[a-z]", fullmatch=True), words=st.text(max_size=20))
def test_no_address_survives(local: str, words: str) -> None:
    address = f"{local}@patients.example"
    assert address not in redact(f"{words} {address} {words}")


def test_secrets_are_known_by_their_names_at_any_depth() -> None:
    event = redactor(None, "", {"event": "x", "Password": "p", "more": {"token": "t", "list": ["a@b.example", 3]}})
    assert event == {"event": "x", "Password": "[secret]", "more": {"token": "[secret]", "list": ["[mail]", 3]}}


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Log as the process does, into a string."""
    before = logging.getLogger().handlers[:]
    written = io.StringIO()
    settings = logging_settings(debug=True)
    settings["handlers"]["stderr"]["stream"] = written
    logging.config.dictConfig(settings)
    yield written
    logging.config.dictConfig(logging_settings(debug=False))
    logging.getLogger().handlers[:] = before


def told(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_each_event_is_one_line_of_json(lines: io.StringIO) -> None:
    structlog.get_logger("goodword.test").info("case.accepted", case="JR-7K2M", to="dana@offices.example")
    logging.getLogger("some.library").warning("hello %s", "world")
    first, second = told(lines)
    assert (first["event"], first["case"], first["to"]) == ("case.accepted", "JR-7K2M", "[mail]")
    assert (first["level"], first["logger"]) == ("info", "goodword.test")
    assert second["event"] == "hello world"
    assert second["timestamp"].endswith("Z")


def test_an_exception_is_told_by_class_and_place_never_by_its_words(lines: io.StringIO) -> None:
    def look_up() -> None:
        try:
            raise KeyError("Margaret Ellison")
        except KeyError as error:
            raise ValueError("DETAIL: Key (given_name)=(Margaret) exists") from error

    try:
        look_up()
    except ValueError:
        structlog.get_logger("goodword.test").exception("journal.reaction_failed")
        logging.getLogger("django.request").exception("Internal Server Error: /contact/")
    for line in told(lines):
        assert line["exception"].startswith("ValueError at ")
        assert "KeyError at " in line["exception"]
        assert "look_up" in line["exception"]
    assert "Margaret" not in lines.getvalue()


def test_a_request_object_is_never_told(lines: io.StringIO) -> None:
    logging.getLogger("django.request").warning("Not Found: /r/7K2M9QAB/", extra={"request": "<WSGIRequest: GET ?q=M>"})
    assert "WSGIRequest" not in lines.getvalue()
    assert "7K2M9QAB" not in lines.getvalue()
