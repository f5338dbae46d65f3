"""Reading the outbox: what the demo's viewer and the tests show of mails that were written as files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

HEAD = 8192


@dataclass(frozen=True)
class Mail:
    """One mail as rendered; `id` names it in the viewer's address."""

    id: str
    subject: str
    sender: str
    to: str
    date: datetime | None
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]


def count(*, to: str = "") -> int:
    """Return how many mails lie in the outbox, all or those whose recipient's line holds `to`."""
    return len(_paths(to))


def read(*, offset: int = 0, limit: int = 50, to: str = "") -> list[Mail]:
    """Return mails, the newest first.

    Args:
        offset: how many of the newest to pass over.
        limit: at most so many.
        to: only those whose recipient's name or address holds these letters, whatever their case.
    """
    return [mail for path in _paths(to)[offset : offset + limit] if (mail := _mail(path))]


def one(mail_id: str) -> Mail | None:
    """Return the mail of that id, or None; an id is never taken for a path."""
    return next((_mail(path) for path in _paths() if path.stem == mail_id), None)


def remove(message_ids: Iterable[str]) -> None:
    """Take the mails of these Message-IDs out of the outbox."""
    for message_id in message_ids:
        (Path(settings.OUTBOX_ROOT) / file_name(message_id)).unlink(missing_ok=True)


def file_name(message_id: str) -> str:
    """Return the name of a mail's file, which its Message-ID alone decides."""
    return f"{message_id.strip('<>').partition('@')[0]}.eml"


def parse(data: bytes, mail_id: str = "") -> Mail:
    """Return what a mail's bytes say."""
    message = message_from_bytes(data, policy=policy.default)
    sent = message["Date"]
    return Mail(
        id=mail_id,
        subject=str(message["Subject"] or ""),
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        date=sent.datetime if sent else None,
        text=_part(message, "plain"),
        html=_part(message, "html"),
        headers=tuple((name, str(value)) for name, value in message.items()),
    )


def _is_to(path: Path, to: str) -> bool:
    """Return whether the mail's recipient holds `to`; only the mail's head is read."""
    with path.open("rb") as file:
        head = file.read(HEAD).partition(b"\r\n\r\n")[0]
    return to.lower() in str(message_from_bytes(head, policy=policy.default)["To"] or "").lower()


def _paths(to: str = "") -> list[Path]:
    stamped: list[tuple[int, Path]] = []
    for path in Path(settings.OUTBOX_ROOT).glob("*.eml"):
        try:
            if to and not _is_to(path, to):
                continue
            stamped.append((path.stat().st_mtime_ns, path))
        except FileNotFoundError:
            continue
    return [path for _moment, path in sorted(stamped, reverse=True)]


def _mail(path: Path) -> Mail | None:
    try:
        return parse(path.read_bytes(), path.stem)
    except FileNotFoundError:
        return None


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""
