"""Cells in their one form: names, addresses, phones, choices of words, sums of money."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from patients.importing.refusals import Fault
from patients.models.kinds import AppointmentStatus, Gender, PatientStatus, PayerClass

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]|[\ud800-\udfff]")
FORMULA = ("=", "+", "-", "@")
SHEET_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
NOTHING = frozenset({"", "-", "--", "n/a", "na", "none", "null", "nil", "unknown", "declined", "refused", "?"})
EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
EXTENSION = re.compile(r"\s*(?:;\s*ext=|ext\.?|x|#)\s*\d{1,7}\s*$", re.IGNORECASE)
AMERICAN = re.compile(r"\(?([2-9][0-9]{2})\)?[ .-]?([2-9][0-9]{2})[ .-]?([0-9]{4})")  # as most files have it
MONEY = re.compile(r"[^\d.,()-]")


def plain(text: str) -> str:
    """Return a cell's text without blanks around it.

    Raises:
        Fault: control, sheet_error.
    """
    text = text.strip()
    if not text.isprintable() and CONTROL.search(text):
        raise Fault("control")
    if text[:1] == "#" and text.upper() in SHEET_ERRORS:
        raise Fault("sheet_error")
    return text


def words(longest: int) -> Callable[[str], str]:
    """Return a parser of a line of text, at most so long; one that begins like a formula is refused."""

    def parse(text: str) -> str:
        if text.startswith(FORMULA):
            if text.casefold() in NOTHING:
                return ""
            raise Fault("formula")
        text = " ".join(text.split())
        if len(text) > longest:
            raise Fault("too_long")
        return text

    return parse


@lru_cache(maxsize=8192)
def name(text: str) -> str:
    """Return a name."""
    return _NAME(text)


_NAME = words(80)


_IDENTITY = words(64)


def identity(text: str) -> str:
    """Return the other system's number of something; "00123" stays as it is, and 123.0 of a sheet is 123."""
    text = _IDENTITY(text)
    return text.removesuffix(".0") if text.removesuffix(".0").isdigit() else text


def email(text: str) -> str:
    """Return an e-mail address in small letters; words that say there is none are nothing."""
    text = text.lower().removeprefix("mailto:").rstrip(".,;")
    if text in NOTHING or text.startswith(("no email", "no e-mail", "noemail")):
        return ""
    if len(text) > 254 or not EMAIL.fullmatch(text) or ".." in text:
        raise Fault("not_an_address")
    return text


def phone(text: str) -> str:
    """Return a phone number as + and figures; an American one needs no country code."""
    if (usual := AMERICAN.fullmatch(text)) and len(set(figures := "".join(usual.groups()))) > 1:
        return f"+1{figures}"
    return phone_in_any_form(text)


def phone_in_any_form(text: str) -> str:
    """Return the same without the shortcut for what most files have."""
    if text.casefold() in NOTHING:
        return ""
    text = EXTENSION.sub("", text)
    if any(letter.isalpha() for letter in text):
        raise Fault("not_a_phone")
    figures = "".join(letter for letter in text if letter in "0123456789")
    if not figures or len(set(figures)) == 1:
        return ""
    is_foreign = text.startswith("+") and not figures.startswith("1")
    return _foreign(figures) if is_foreign else _american(figures)


def _foreign(figures: str) -> str:
    if len(figures) < 8:
        raise Fault("too_short")
    if len(figures) > 15:
        raise Fault("too_long")
    return f"+{figures}"


def _american(figures: str) -> str:
    figures = figures.removeprefix("1") if len(figures) == 11 else figures
    if len(figures) != 10:
        raise Fault("too_short" if len(figures) < 10 else "too_long")
    if figures[0] in "01" or figures[3] in "01":
        raise Fault("not_a_phone")
    return f"+1{figures}"


def _choice(known: Mapping[str, str], code: str, *, nothing: str = "") -> Callable[[str], str]:
    def parse(text: str) -> str:
        key = " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
        if key in known:
            return known[key]
        if key in NOTHING:
            return nothing
        raise Fault(code)

    return lru_cache(maxsize=512)(parse)


STATUSES = {
    **dict.fromkeys(["active", "a", "patient", "current", "1", "new", "act"], PatientStatus.ACTIVE.value),
    **dict.fromkeys(
        ["inactive", "i", "archived", "archive", "nonpatient", "non patient", "lapsed", "0", "deleted", "prospective"],
        PatientStatus.INACTIVE.value,
    ),
    **dict.fromkeys(["moved", "moved away", "transferred", "m"], PatientStatus.MOVED.value),
    **dict.fromkeys(["dismissed", "discharged", "terminated"], PatientStatus.DISMISSED.value),
    **dict.fromkeys(["deceased", "dead", "died", "d", "expired"], PatientStatus.DECEASED.value),
}
VISITS = {
    **dict.fromkeys(
        ["booked", "scheduled", "confirmed", "unconfirmed", "pending", "s", "open", "reminded"],
        AppointmentStatus.BOOKED.value,
    ),
    **dict.fromkeys(
        ["kept", "complete", "completed", "seen", "checked out", "arrived", "c", "done", "show", "in treatment"],
        AppointmentStatus.KEPT.value,
    ),
    **dict.fromkeys(
        ["missed", "no show", "noshow", "broken", "failed", "b", "did not attend"], AppointmentStatus.MISSED.value
    ),
    **dict.fromkeys(["cancelled", "canceled", "deleted", "x", "rescheduled"], AppointmentStatus.CANCELLED.value),
}
GENDERS = {
    **dict.fromkeys(["f", "female", "woman", "w"], Gender.FEMALE.value),
    **dict.fromkeys(["m", "male", "man"], Gender.MALE.value),
    **dict.fromkeys(["o", "other", "x", "nonbinary", "non binary"], Gender.OTHER.value),
    "u": "",
}
YES = ["y", "yes", "true", "t", "1", "x", "ok", "agreed", "opt in", "opted in", "allowed", "✓", "given", "si", "sí"]
NO = ["n", "no", "false", "f", "0", "opt out", "opted out", "unsubscribed", "do not", "withdrawn", "do not contact"]
FEDERAL = ("medicare", "medicaid", "tricare", "champva", "veterans", "apple health", "chip", "federal", "medi cal")
OUR_OWN = frozenset({"self pay", "selfpay", "cash", "none", "no insurance", "uninsured", "private pay", "self"})
STATES = (
    "AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,"
    "DC District of Columbia,FL Florida,GA Georgia,HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,"
    "KY Kentucky,LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,"
    "MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,"
    "NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,PR Puerto Rico,RI Rhode Island,"
    "SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,WA Washington,"
    "WV West Virginia,WI Wisconsin,WY Wyoming"
)
BY_NAME = {one[3:].casefold(): one[:2] for one in STATES.split(",")}

status = _choice(STATUSES, "unknown_status")
visit_status = _choice(VISITS, "unknown_status")
gender = _choice(GENDERS, "not_in_list")


@lru_cache(maxsize=256)
def yes_or_no(text: str) -> bool | None:
    """Return an answer; nothing is None."""
    key = " ".join(text.casefold().replace("-", " ").replace("_", " ").split())
    if key in YES:
        return True
    if key in NO:
        return False
    if key in NOTHING:
        return None
    raise Fault("not_yes_or_no")


@lru_cache(maxsize=256)
def language(text: str) -> str:
    """Return the language we can write in; another one says nothing."""
    key = text.casefold()
    if key in {"es", "spa", "spanish", "español", "espanol", "castellano"} or key.startswith(("es-", "es_")):
        return "es"
    return "en" if key in {"en", "eng", "english", "e"} or key.startswith(("en-", "en_")) else ""


@lru_cache(maxsize=512)
def state(text: str) -> str:
    """Return a state's two letters; another country's province says nothing."""
    key = text.strip(". ").casefold()
    found = BY_NAME.get(key, key.upper())
    return found if len(found) == 2 and found in BY_NAME.values() else ""


@lru_cache(maxsize=8192)
def postal_code(text: str) -> str:
    """Return a ZIP code; a sheet's number without its leading zeros gets them back."""
    figures = text.replace("-", "").replace(" ", "")
    if figures.isdigit():
        if len(figures) <= 5:
            return figures.zfill(5)
        if len(figures) in {8, 9}:
            return f"{figures.zfill(9)[:5]}-{figures.zfill(9)[5:]}"
    return words(10)(text.upper())


@lru_cache(maxsize=512)
def payer_class(text: str) -> str:
    """Return who pays, by the plan's name or class."""
    key = " ".join(text.casefold().replace("-", " ").split())
    if key in PayerClass.values:
        return key
    if key.replace(" ", "_") in PayerClass.values:
        return key.replace(" ", "_")
    if any(one in key for one in FEDERAL) or key in {"va", "govt", "government"}:
        return PayerClass.FEDERAL.value
    if key in OUR_OWN:
        return PayerClass.SELF_PAY.value
    return "" if key in NOTHING else PayerClass.COMMERCIAL.value


def cents(text: str) -> int:
    """Return a sum of money in cents: "$1,234.50" and "(12.00)", which is negative."""
    bare = MONEY.sub("", text)
    sign = -1 if bare.startswith(("(", "-")) else 1
    bare = bare.strip("()-").replace(",", "")
    try:
        found = int((Decimal(bare) * 100).to_integral_value())
    except (InvalidOperation, ValueError) as error:
        raise Fault("not_a_number") from error
    if found > 10**13:
        raise Fault("too_long")
    return sign * found


def number(text: str) -> Decimal:
    """Return a number with at most four places."""
    try:
        found = Decimal(text.replace(",", "").replace("$", ""))
        found = found.quantize(Decimal("0.0001"))
    except InvalidOperation as error:
        raise Fault("not_a_number") from error
    if not found.is_finite() or abs(found) >= 10**12:
        raise Fault("not_a_number")
    return found


def one_of(choices: list[Any]) -> Callable[[str], str]:
    """Return a parser of one of a list, whatever its letters' case."""
    return _choice(
        {" ".join(str(one).casefold().replace("-", " ").split()): str(one) for one in choices}, "not_in_list"
    )


def full_name(text: str) -> tuple[str, str]:
    """Return given and family name of "Ellison, Margaret" or "Margaret Ellison"."""
    text = name(text)
    family, comma, given = text.partition(",")
    if comma:
        return given.strip(), family.strip()
    given, _blank, family = text.rpartition(" ")
    return given.strip(), family.strip()
