"""The splice equals the slow path: whatever somebody is called, the message says what Django's own would say."""

from __future__ import annotations

import html
import json
import sys
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from content import merge
from delivery import headers
from delivery.envelope import Compiled, Letter, Marks, Recipient, Sender

SENDER = Sender("hello@juniper-row.example", "desk@juniper-row.example", "juniper-row.example")
MARKS = Marks(list_name="letters", feedback_id="DS-TEST:own_services:email:juniper-row-example")
HTML = (
    "<html><body>\n.<p>Hello {first_name|friend &amp; neighbor}, {first_name|you}</p>\n"
    "<a href='{refer_url}'>Tell</a>"
    + "<p>A long line without an end. </p>" * 40
    + "\r\n.\r\n{practice_name|us}</body></html>"
)
TEXT = "{first_name|friend & neighbor}\n.{first_name|you}\n..dots\n\nFrom {practice_name|us}\ttab \nend{first_name|x}"
NAMES = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            'Quote " and \\ back',
            "<b>Bold</b> & Söhne",
            ".dot at the start",
            "Ω" * 70,
            "a" * 80,
            "=?utf-8?q?=41?=",
            "Bcc: evil@example.org\r\nBcc: evil@example.org",
            "line\u2028separator\u2029and\x85next",
            "nul\x00byte",
            "👩‍👩‍👧‍👦 family",
            "\u202eright to left\u202c",
            "שלום עולם",
            "{first_name|again}",
            "=0D=0A",
            " blanks  around ",
            "",
        ]
    ),
)


def slow(letter, recipient):
    """Build the same message as Django does it, one recipient at a time."""
    plain = {tag: headers.clean(value) for tag, value in recipient.values.items()}
    quoted = {tag: html.escape(value) for tag, value in plain.items()}
    mail = EmailMultiAlternatives(
        subject=headers.clean(merge.fill(letter.subject, plain)),
        body=merge.fill(letter.text, plain),
        from_email=f"{letter.sender_name} <{SENDER.address}>",
        to=[recipient.address],
        reply_to=[f"{letter.sender_name} <{SENDER.reply_to}>"],
        headers={"Message-ID": f"<{recipient.message_id}>"},
    )
    mail.attach_alternative(merge.fill(letter.html, quoted), "text/html")
    return message_from_bytes(mail.message().as_bytes(), policy=policy.default)


def fast(letter, recipient, **options):
    data = Compiled(letter, SENDER, MARKS, **options).splice(recipient)
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    head, _, body = data.partition(b"\r\n\r\n")
    assert max(len(line) for line in head.split(b"\r\n")) <= 200
    assert max(len(line) for line in body.split(b"\r\n")) <= 76
    assert not any(line.startswith(b".") for line in data.split(b"\r\n"))
    assert data.isascii()
    message = message_from_bytes(data, policy=policy.default)
    assert not [part.defects for part in message.walk() if part.defects]
    return message


def parts(message):
    return {
        part.get_content_type(): "\n".join(part.get_content().splitlines()).rstrip("\n")
        for part in message.walk()
        if not part.is_multipart()
    }


def name_in_to(whom):
    """Return the name in the To header; the new parser of the standard library parts words of a long one by blanks."""
    data = Compiled(LETTER, SENDER, MARKS).splice(whom)
    written = message_from_bytes(data, policy=policy.compat32)["To"].replace("\r\n", "")
    name = parseaddr(written)[0]
    return str(make_header(decode_header(name)))


def recipient(name, **values):
    return Recipient("margaret@readers.example", name, "abc@juniper-row.example", {"first_name": name} | values)


LETTER = Letter("For {first_name|you}, from us", HTML, TEXT, "Juniper Row Dental")


def as_read(header):
    """Return a header's text; before 3.13 Python's own writer, the slow path's, loses blanks beside encoded words."""
    return str(header) if sys.version_info >= (3, 13) else "".join(str(header).split())


@settings(max_examples=500, deadline=None)
@given(NAMES, NAMES)
@example("", "")
@example("\ud800lone", "x")
def test_the_splice_equals_the_slow_path(name, practice):
    whom = recipient(name, practice_name=practice, refer_url="https://x.example/e/refer/t:1/?a=1&b=2")
    quick, thorough = fast(LETTER, whom), slow(LETTER, whom)
    assert parts(quick) == parts(thorough)
    assert quick["Subject"] == headers.clean(merge.fill(LETTER.subject, {"first_name": headers.clean(name)}))
    # what looks like an encoded word is written plainly by Django, and read as something else
    for header in ("From", "Reply-To", "Message-ID", *(() if "=?" in name else ("Subject",))):
        assert as_read(quick[header]) == as_read(thorough[header]), header
    assert [address.addr_spec for address in quick["To"].addresses] == ["margaret@readers.example"]
    assert name_in_to(whom) == headers.clean(name)
    assert {header.lower() for header in quick} == {
        *("to", "subject", "message-id", "from", "reply-to", "date", "mime-version", "content-type"),
        *("list-id", "feedback-id"),
    }


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
@example("word " * 60)
@example("x" * 300)
@example("a  b" * 40)
def test_a_subject_of_any_length_reads_as_written(text):
    line = headers.unstructured("Subject", text)
    assert max(len(part) for part in line.split(b"\r\n")) <= 78
    read = message_from_bytes(line + b"\r\n", policy=policy.default)["Subject"]
    assert str(read or "") == headers.clean(text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
@example("{first_name|x} stays as it is")
@example("\n.\n")
def test_a_message_to_one_person_is_read_as_written(text):
    letter = Letter("Hello", "", text, "Juniper Row")
    message = fast(letter, recipient("Margaret"), has_slots=False)
    assert message.get_content_type() == "text/plain"
    expected = text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    assert message.get_content().replace("\r\n", "\n").rstrip("\n") == expected.rstrip("\n")


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: c@d.example",
        "a b@c.example",
        "<a@b.example>",
        "a@b.example>",
        "nobody",
        "@b.example",
        "a@",
        "é@b.example",
        "a@b..example",
        ".a@b.example",
        "a..b@c.example",
        '"quoted"@b.example',
        "a,b@c.example",
        "",
    ],
)
def test_an_odd_address_never_reaches_a_header(address):
    with pytest.raises(headers.OddAddress):
        headers.envelope_address(address)


@pytest.mark.parametrize(
    ("address", "carried"),
    [
        ("margaret@readers.example", "margaret@readers.example"),
        ("o'neil+news@mail.readers.example", "o'neil+news@mail.readers.example"),
        ("jürgen@bücher.example".replace("ü", "u", 1), "jurgen@xn--bcher-kva.example"),
        ("me@localhost", "me@localhost"),
    ],
)
def test_an_address_is_carried_in_ascii(address, carried):
    assert headers.envelope_address(address) == carried


def test_a_letter_says_how_to_stop_it():
    whom = Recipient(
        "a@b.example", "", "m@x.example", {}, "https://x.example/e/unsubscribe/t/", "desk@x.example?subject=unsubscribe"
    )
    message = fast(LETTER, whom)
    assert message["List-Unsubscribe"] == (
        "<https://x.example/e/unsubscribe/t/>, <mailto:desk@x.example?subject=unsubscribe>"
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<letters.juniper-row.example>"
    assert message["To"].addresses[0].display_name == ""


def test_a_message_of_ours_says_that_a_machine_wrote_it():
    data = Compiled(LETTER, SENDER, Marks(is_automatic=True)).splice(recipient("M"))
    message = message_from_bytes(data, policy=policy.default)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is message["List-Id"] is None


def test_fallbacks_stand_where_nothing_is_known():
    found = parts(fast(LETTER, recipient("")))
    assert "Hello friend &amp; neighbor, you" in found["text/html"]
    assert found["text/plain"].startswith("friend & neighbor\n.you")


def test_an_unknown_slot_stays_as_it_is():
    letter = Letter("x", "", "{nobody|knows} {first_name|me}", "Juniper Row")
    assert parts(fast(letter, recipient("Ana")))["text/plain"] == "{nobody|knows} Ana"


def test_a_kept_letter_is_the_same_letter():
    with translation.override("es"):
        assert Letter.from_json(json.loads(json.dumps(LETTER.as_json()))) == LETTER


@pytest.mark.parametrize(
    ("to", "parts"),
    [
        ("m@readers.example", ("", "m@readers.example")),
        ("Margaret Ellison <m@readers.example>", ("Margaret Ellison", "m@readers.example")),
        ('"Ellison, Margaret" <m@readers.example>', ("Ellison, Margaret", "m@readers.example")),
        (" <m@readers.example> ", ("", "m@readers.example")),
        ("Evil <a@b.example>, <c@d.example>", ("", "Evil <a@b.example>, <c@d.example>")),
        ("a@b.example\r\nBcc: <evil@example.org>", ("", "a@b.example\r\nBcc: <evil@example.org>")),
        ("", ("", "")),
    ],
)
def test_one_mailbox_is_read_the_same_by_every_python(to, parts):
    assert headers.mailbox_parts(to) == parts
