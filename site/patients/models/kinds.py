"""The known words of this room: channels, purposes, kinds of readers, states of patients and visits."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How we reach somebody."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    PHONE = "phone", _("Phone")
    POST = "post", _("Letter")


class Purpose(models.TextChoices):
    """Why we write (45 CFR 164.501): consent is kept per channel and purpose; transactional needs none."""

    TRANSACTIONAL = "transactional", _("About your own visit or account")
    TREATMENT = "treatment", _("Reminders and recalls")
    OWN_SERVICES = "own_services", _("Our letters and services")
    THIRD_PARTY = "third_party", _("Others' offers")


class Basis(models.TextChoices):
    """On what a consent rests."""

    AGREED = "agreed", _("Asked and agreed")
    MAY_OBJECT = "may_object", _("Existing patient, may object")
    NONE = "none", _("None")


class AtMost(models.TextChoices):
    """How much somebody wants at most, whatever they agreed to."""

    MONTH = "month", _("Once a month")
    QUARTER = "quarter", _("Every 3 months")
    VISITS = "visits", _("Only about my visits")


class ReaderKind(models.TextChoices):
    """What somebody is to us whom we write to."""

    PATIENT = "patient", _("Patient")
    HOUSEHOLD = "household", _("Household contact")
    SUBSCRIBER = "subscriber", _("Subscriber")
    OFFICE = "office", _("Office member")
    STAFF = "staff", _("Staff member")
    FORMER = "former", _("Nobody any more")


class PatientStatus(models.TextChoices):
    """How it stands between a patient and us."""

    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Inactive")
    MOVED = "moved", _("Moved")
    DISMISSED = "dismissed", _("Dismissed")
    DECEASED = "deceased", _("Deceased")


class SuppressionReason(models.TextChoices):
    """Why an address is never written to."""

    HARD_BOUNCE = "hard_bounce", _("The address does not exist")
    COMPLAINT = "complaint", _("Marked as spam")
    STOP = "stop", _("STOP by text")
    DECEASED = "deceased", _("Deceased")
    STAFF = "staff", _("Asked the practice")


class AppointmentStatus(models.TextChoices):
    """What became of a visit."""

    BOOKED = "booked", _("Booked")
    KEPT = "kept", _("Kept")
    MISSED = "missed", _("Missed")
    CANCELLED = "cancelled", _("Canceled")


class Gender(models.TextChoices):
    """As the practice's records have it; "" where it was never asked."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")


class PayerClass(models.TextChoices):
    """Who pays for somebody's care: it decides which thank-yous are lawful (42 U.S.C. 1320a-7b(b))."""

    FEDERAL = "federal", _("Federal program")
    COMMERCIAL = "commercial", _("Commercial insurance")
    SELF_PAY = "self_pay", _("Self-pay")
    UNKNOWN = "unknown", _("Not known")


class Nature(models.TextChoices):
    """Of what nature a fact about somebody is: who may see it and search by it depends on that."""

    IDENTITY = "identity", _("Identity")
    CONTACT = "contact", _("Contact")
    CLINICAL = "clinical", _("Clinical")
    FINANCIAL = "financial", _("Financial")
