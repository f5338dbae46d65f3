"""How a patient passes on their own link: by text, by mail, by a QR code, or said on the phone."""

from __future__ import annotations

import io
from dataclasses import dataclass
from urllib.parse import quote

import segno
from django.utils.translation import gettext as _

from referral_portal.referrals.models import PersonalLink

INK = "#000"  # a code is read best in plain black


@dataclass(frozen=True)
class Share:
    """One link in all its ways; none of them carries a name."""

    link: PersonalLink

    @property
    def shown(self) -> str:
        """Return the address as people read it, without scheme and last slash."""
        return self.link.url.partition("://")[2].rstrip("/")

    @property
    def words(self) -> str:
        """Return what stands before the link in a message."""
        return _("I like it there. Maybe you will, too:")

    @property
    def sms(self) -> str:
        """Return an address that opens the phone's own text message."""
        return f"sms:?&body={quote(f'{self.words} {self.link.url}')}"

    @property
    def mailto(self) -> str:
        """Return an address that opens the person's own mail."""
        return f"mailto:?subject={quote(_('You might like it there'))}&body={quote(f'{self.words} {self.link.url}')}"

    @property
    def picture(self) -> str:
        """Return the QR code as a data address, for a page where nobody is signed in."""
        return str(_code(self.link).svg_data_uri(scale=4, border=2, dark=INK))


def svg(link: PersonalLink) -> bytes:
    """Return the QR code of a link as a picture of its own."""
    out = io.BytesIO()
    _code(link).save(out, kind="svg", scale=4, border=2, dark=INK, light="#fff", title=None)
    return out.getvalue()


def _code(link: PersonalLink) -> segno.QRCode:
    return segno.make_qr(link.url, error="m")
