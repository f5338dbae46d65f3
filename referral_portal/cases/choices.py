"""The closed sets of a case: how soon, why, how it came, how it ended, what a call brought."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Urgency(models.TextChoices):
    """How soon; each with its meaning, one vocabulary everywhere."""

    EMERGENCY = "emergency", _("Emergency, today")
    URGENT = "urgent", _("Urgent, within a week")
    ROUTINE = "routine", _("Routine, within a month")


class Reason(models.TextChoices):
    """What the office asks for."""

    ROOT_CANAL = "root-canal", _("Root canal")
    RETREATMENT = "retreatment", _("Retreatment")
    IMPLANT = "implant", _("Implant")
    EXTRACTION = "extraction", _("Extraction")
    GUM_CARE = "gum-care", _("Gum care")
    SECOND_OPINION = "second-opinion", _("Second opinion")
    OTHER = "other", _("Other")


TOOTH_REASONS = frozenset({Reason.ROOT_CANAL, Reason.RETREATMENT, Reason.IMPLANT, Reason.EXTRACTION})


class ToothSet(models.TextChoices):
    """How the place in the mouth is told."""

    PERMANENT = "permanent", _("Permanent")
    PRIMARY = "primary", _("Primary")
    QUADRANT = "quadrant", _("Quadrant or arch")
    UNSURE = "unsure", _("Not sure")


class Area(models.TextChoices):
    """Parts of the mouth larger than a tooth, from the patient's side."""

    UPPER_RIGHT = "upper-right", _("Upper right")
    UPPER_LEFT = "upper-left", _("Upper left")
    LOWER_LEFT = "lower-left", _("Lower left")
    LOWER_RIGHT = "lower-right", _("Lower right")
    UPPER_ARCH = "whole-upper-arch", _("Whole upper arch")
    LOWER_ARCH = "whole-lower-arch", _("Whole lower arch")


PERMANENT_TEETH = tuple(str(number) for number in range(1, 33))
PRIMARY_TEETH = tuple("ABCDEFGHIJKLMNOPQRST")


class Alert(models.TextChoices):
    """What the chair needs to know before the visit."""

    BLOOD_THINNER = "blood-thinner", _("Blood thinner")
    PREMEDICATION = "premedication", _("Premedication")
    ALLERGY = "allergy", _("Allergy")
    WHEELCHAIR = "wheelchair", _("Wheelchair")
    ANXIOUS = "anxious", _("Anxious")


class Language(models.TextChoices):
    """The language in which the patient wants to be called."""

    ENGLISH = "en", _("English")
    SPANISH = "es", _("Spanish")
    OTHER = "other", _("Other, interpreter needed")


class CameBy(models.TextChoices):
    """By which way the case reached us."""

    PORTAL = "portal", _("Portal")
    PHONE = "phone", _("Phone")
    FAX = "fax", _("Fax")
    PAPER = "paper", _("Paper slip")
    GUEST = "guest", _("Printed card")


class Called(models.TextChoices):
    """What the office did about an emergency besides sending it."""

    HAVE_CALLED = "i-have-called", _("I have called")
    CALL_ME = "call-me-at-my-office-number", _("Call me at my office number")


class DeclineReason(models.TextChoices):
    """Why we do not take a case."""

    NOT_OUR_FIELD = "not_our_field", _("Not something we do")
    PLAN = "plan", _("Plan not accepted")
    NO_TIME = "no_time", _("No opening in time")
    INCOMPLETE = "incomplete", _("Too little to go on")
    REDIRECTED = "redirected", _("Redirected")
    OTHER = "other", _("Other")


class Ending(models.TextChoices):
    """How the care that a case asked for ended."""

    TREATED = "treated", _("Treated")
    EVALUATED = "evaluated", _("Evaluated, nothing needed")
    PATIENT_DECLINED = "patient_declined", _("Patient declined")
    WENT_ELSEWHERE = "went_elsewhere", _("Went elsewhere")
    REFERRED_ON = "referred_on", _("Referred on")
    MOVED_OR_NO_BENEFIT = "moved_or_no_benefit", _("Moved or no benefit")
    DECEASED = "deceased", _("Deceased")


SEEN_ENDINGS = frozenset({Ending.TREATED, Ending.EVALUATED, Ending.REFERRED_ON})


class CallOutcome(models.TextChoices):
    """What an attempt to reach the patient brought."""

    REACHED = "reached", _("We reached the patient")
    VOICEMAIL = "voicemail", _("We left a voicemail")
    WRONG_NUMBER = "wrong_number", _("The number is wrong")
    TEXT_SENT = "text_sent", _("We sent a text")
    PATIENT_CALLED = "patient_called", _("The patient called us")


SPOKEN = frozenset({CallOutcome.REACHED, CallOutcome.PATIENT_CALLED})


class ConfirmedHow(models.TextChoices):
    """How we know that the office has the report."""

    PORTAL = "portal", _("In the portal")
    FAX = "fax", _("By fax")
    PHONE = "phone", _("By phone")
    LETTER = "letter", _("By letter")
    LAPSED = "lapsed", _("Not confirmed")


class FileState(models.TextChoices):
    """Where an uploaded file stands on its way to somebody's eyes."""

    PENDING = "pending", _("uploaded, being checked")
    SCANNING = "scanning", _("being checked")
    AVAILABLE = "available", _("ready")
    REFUSED = "refused", _("refused")


class FileKind(models.TextChoices):
    """What we take: told by its first bytes, then by decoding it."""

    JPEG = "jpeg", "JPEG"
    PNG = "png", "PNG"
    PDF = "pdf", "PDF"
    DICOM = "dicom", "DICOM"


class RefusedBecause(models.TextChoices):
    """Why a file was refused, in words for its sender."""

    UNREADABLE = "unreadable", _("It could not be opened. Please send it again.")
    TOO_LARGE = "too_large", _("The picture is too large to open safely.")
    TOO_MANY_PAGES = "too_many_pages", _("It has too many pages.")
    LOCKED = "locked", _("It is locked with a password.")
