"""The person as the office gave them: sealed, and found only by blind indexes."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from referral_portal.cases.choices import Alert
from vault.fields import BlindIndexField, SealedTextField


def digits(text: str) -> str:
    """Return the last ten digits of a phone number, "" where there are fewer than seven."""
    found = re.sub(r"\D", "", text)
    return found[-10:] if len(found) >= 7 else ""


def last_four(text: str) -> str:
    """Return the last four digits of a phone number, "" where there are fewer."""
    found = re.sub(r"\D", "", text)
    return found[-4:] if len(found) >= 4 else ""


def folded(text: str) -> str:
    """Return a name without case, accents, or anything but letters and digits."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def first_word(text: str) -> str:
    """Return the first word of a name, folded."""
    return folded(text.split(maxsplit=1)[0]) if text.split() else ""


def last_word(text: str) -> str:
    """Return the last word of a name, folded."""
    words = [word for word in re.split(r"[\s\-]+", text) if word]
    return folded(words[-1]) if words else ""


def day(text: str) -> str:
    """Return a date in its one form, which it has already (ISO 8601)."""
    return text.strip()


class PersonAsGiven(models.Model):
    """Who is sent to us, in the office's words."""

    given_name = SealedTextField(_("first name"), blank=True)
    family_name = SealedTextField(_("last name"), blank=True)
    born = SealedTextField(_("birth date"), blank=True)
    phone = SealedTextField(_("phone"), blank=True)
    email = SealedTextField(_("e-mail"), blank=True)
    responsible_adult = SealedTextField(_("responsible adult"), blank=True)
    plan = SealedTextField(_("insurance plan"), blank=True)
    member_id = SealedTextField(_("member ID"), blank=True)
    alerts = SealedTextField(_("needs to know"), blank=True)
    remark = SealedTextField(_("note for the dentist"), blank=True)

    given_index = BlindIndexField(source="given_name", normal=first_word)
    family_index = BlindIndexField(source="family_name", normal=folded)
    surname_index = BlindIndexField(source="family_name", normal=last_word)
    born_index = BlindIndexField(source="born", normal=day)
    phone_index = BlindIndexField(source="phone", normal=digits)
    last_four_index = BlindIndexField(source="phone", normal=last_four)

    INDEXED_BY: ClassVar[dict[str, tuple[str, ...]]] = {
        "given_name": ("given_index",),
        "family_name": ("family_index", "surname_index"),
        "born": ("born_index",),
        "phone": ("phone_index", "last_four_index"),
    }

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """Return given and family name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def born_on(self) -> date | None:
        """Return the birth date, where it was given."""
        return date.fromisoformat(self.born) if self.born else None

    @property
    def alert_list(self) -> list[str]:
        """Return the alerts as codes and free words."""
        return [part for part in str(self.alerts).split("\n") if part]

    @property
    def alert_labels(self) -> list[str]:
        """Return the alerts in words."""
        return [str(Alert(part).label) if part in Alert.values else part for part in self.alert_list]

    def age_on(self, on: date) -> int | None:
        """Return the age in whole years on a day."""
        born = self.born_on
        if born is None:
            return None
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
