"""The splice against the slow path: whatever somebody is called and a letter says, both are read as the same."""

from __future__ import annotations

import html
import random
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

from django.core.mail import EmailMultiAlternatives

from content import merge
from delivery import headers
from delivery.envelope import Compiled, Letter, Marks, Recipient, Sender

SENDER = Sender("hello@drill.example", "desk@drill.example", "drill.example")
MARKS = Marks(list_name="letters", feedback_id="DS-DRILL:own_services:email:drill-example")
LONGEST, LONGEST_ENCODED = 998, 76
EACH = 50  # recipients of one letter
ODD = [
    *('Quote " and \\ back', "<b>Bold</b> & Söhne", ".dot", "..", ".", "Ω" * 70, "a" * 90, "=?utf-8?q?=41?="),
    *("Bcc: evil@example.org\r\nBcc: evil@example.org", "line\u2028separator\u2029and\x85next", "nul\x00byte"),
    *("👩\u200d👩\u200d👧\u200d👦 family", "\u202eright to left\u202c", "שלום עולם", "{first_name|again}", "=0D=0A"),
    *(" blanks  around ", "", "\ud800lone", "From here", "tab\there", "x=", "end ", "e\u0301", "ﬁ", "\ufeffmark"),
]
SOUP = "aZ09 .,;:=<>&\"'\\{}|\t\n\ré ñ ß Ω 漢 👍\u200d\u2028\x00\x7f@?!-_/#%"
SLOTS = ["{first_name|friend}", "{practice_name|us}", "{refer_url}", "{unsubscribe_url}", "{nobody|knows}"]


def wrongs(number: int, seed: int) -> Iterator[str]:
    """Yield a sentence for each of `number` messages that is not read as Django's own would be."""
    dice = random.Random(seed)  # noqa: S311  a plan, no secret
    for at in range(number):
        if at % EACH == 0:
            letter = _letter(dice)
            compiled = Compiled(letter, SENDER, MARKS)
        whom = _recipient(dice, at)
        try:
            found = difference(compiled.splice(whom), letter, whom)
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
        if found:
            yield f"Message {at} of seed {seed}, to {whom.name!r}: {found}"


def difference(data: bytes, letter: Letter, whom: Recipient) -> str:
    """Return what a spliced message says otherwise than the slow path, or how its form is wrong; "" for nothing."""
    if form := _form(data):
        return form
    said = message_from_bytes(data, policy=policy.default)
    if defects := [defect for part in said.walk() for defect in part.defects]:
        return f"defects: {defects}"
    meant = message_from_bytes(slow(letter, whom), policy=policy.default)
    if parts(said) != parts(meant):
        return "the parts differ"
    plain = {tag: headers.clean(value) for tag, value in whom.values.items()}
    if said["Subject"] != headers.clean(merge.fill(letter.subject, plain)):
        return f"the subject is {said['Subject']!r}"
    for name in ("From", "Reply-To", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post"):
        if _read(said[name]) != _read(meant[name]):
            return f"{name} is {said[name]!r}, not {meant[name]!r}"
    to = message_from_bytes(data, policy=policy.compat32)["To"].replace("\r\n", "")
    name, address = parseaddr(to)
    if (str(make_header(decode_header(name))), address) != (headers.clean(whom.name), whom.address):
        return f"To is {to!r}"
    return ""


def slow(letter: Letter, whom: Recipient) -> bytes:
    """Build a message as Django does it, one recipient at a time."""
    plain = {tag: headers.clean(value) for tag, value in whom.values.items()}
    mail = EmailMultiAlternatives(
        subject=headers.clean(merge.fill(letter.subject, plain)),
        body=merge.fill(letter.text, plain),
        from_email=f"{letter.sender_name} <{SENDER.address}>",
        to=[whom.address],
        reply_to=[f"{letter.sender_name} <{SENDER.reply_to}>"],
        headers={
            "Message-ID": f"<{whom.message_id}>",
            "List-Unsubscribe": f"<{whom.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    escaped = {tag: html.escape(value) for tag, value in plain.items()}
    mail.attach_alternative(merge.fill(letter.html, escaped), "text/html")
    return bytes(mail.message().as_bytes())


def parts(message: EmailMessage) -> dict[str, str]:
    """Return the text of each part by its type, however its lines end."""
    return {
        part.get_content_type(): "\n".join(part.get_content().splitlines()).rstrip("\n")
        for part in message.walk()
        if not part.is_multipart()
    }


def _form(data: bytes) -> str:
    """Return what is wrong with the bytes themselves; "" for nothing."""
    head, _, body = data.partition(b"\r\n\r\n")
    if not data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r"):
        return "a line ends oddly"
    if max(map(len, head.split(b"\r\n"))) > LONGEST or max(map(len, body.split(b"\r\n"))) > LONGEST_ENCODED:
        return "a line is too long"
    if not data.isascii() or any(line.startswith(b".") for line in data.split(b"\r\n")):
        return "a line begins with a dot, or a byte is not ASCII"
    return ""


def _read(header: object) -> str:
    return "".join(str(header).split())  # Python's own writer, the slow path's, loses blanks beside encoded words


def _text(dice: random.Random, most: int) -> str:
    return "".join(dice.choice(SOUP) for _ in range(dice.randint(0, most)))


def _letter(dice: random.Random) -> Letter:
    def written(is_html: bool) -> str:
        pieces = [dice.choice([_text(dice, 200), dice.choice(SLOTS), dice.choice(ODD), "x" * 76]) for _ in range(20)]
        text = "".join(merge.SLOT.sub("", one) if one not in SLOTS else one for one in pieces)
        text = text.encode("utf-8", "replace").decode().replace("\x00", "")
        return f"<html><body>{text}</body></html>" if is_html else f"{text}\n"

    subject = f"For {dice.choice(SLOTS[:2])}, {headers.clean(merge.SLOT.sub('', _text(dice, 40)))}"
    return Letter(subject, written(is_html=True), written(is_html=False), "Juniper Row Dental")


def _recipient(dice: random.Random, number: int) -> Recipient:
    def name() -> str:
        return dice.choice(ODD) if dice.random() < 0.5 else _text(dice, 60)

    link = f"https://www.drill.example/e/t/{'aZ0-_9'[number % 6] * dice.randint(1, 200)}:{number}/"
    values = {"first_name": name(), "practice_name": name(), "refer_url": f"{link}?a=1&b=2", "unsubscribe_url": link}
    return Recipient(f"reader{number}@readers.example", name(), f"{number}@drill.example", values, link)
