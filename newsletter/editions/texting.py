"""What a letter says as a text message, and how long that is as mobile networks count.

The alphabet is that of GSM 03.38 (ETSI TS 123 038, tables 6.2.1 and 6.2.1.1): 160 signs in one message, 153 in each
part of a longer one; with one sign from outside it the whole is UCS-2, and those numbers are 70 and 67.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from content import merge
from practice.models import Practice

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "^{}\\[~]|€"  # two units each
ONE, EACH = 160, 153
ONE_WIDE, EACH_WIDE = 70, 67


@dataclass(frozen=True)
class Counted:
    """How long a text message is: its units, the messages it takes, and the signs that made it wide."""

    units: int
    messages: int
    wide: str = ""

    @property
    def room(self) -> int:
        """Return how many units one message holds."""
        return ONE_WIDE if self.wide else ONE


@dataclass(frozen=True)
class TextMessage:
    """A text message in its parts: who writes, what they say, and the way to the web copy and out."""

    before: str
    words: str
    after: str

    @property
    def whole(self) -> str:
        """Return the message as it is sent."""
        return f"{self.before}{self.words}{self.after}"

    @property
    def counted(self) -> Counted:
        """Return how long it is."""
        return count(self.whole)


def count(text: str) -> Counted:
    """Return how long `text` is as a text message."""
    wide = "".join(sorted(set(text) - set(BASIC) - set(EXTENDED)))
    if wide:
        units, one, each = len(text.encode("utf-16-le")) // 2, ONE_WIDE, EACH_WIDE
    else:
        units, one, each = sum(2 if sign in EXTENDED else 1 for sign in text), ONE, EACH
    return Counted(units, 1 if units <= one else -(-units // each), wide)


def message_of(words: str, *, address: str, language: str) -> TextMessage:
    """Return what a letter says as a text message, as everyone may read it.

    Args:
        words: an editor's own for this, or the subject; slots of merge tags are filled with their fallbacks.
        address: of the web copy, with its host.
        language: in which the way out is said.
    """
    practice = Practice.get()
    with translation.override(language):
        after = f" {address} {_('Reply STOP to end.')}"
    return TextMessage(
        before=f"{practice.name}: " if practice else "",
        words=" ".join(merge.with_fallbacks(words).split()),
        after=after,
    )
