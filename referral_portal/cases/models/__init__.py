"""What is true of cases: the case itself, its visits and calls, what was said, and its papers."""

from referral_portal.cases.models.case import Case, CaseQuerySet
from referral_portal.cases.models.papers import CaseFile, Report
from referral_portal.cases.models.talk import CaseMessage, Correction
from referral_portal.cases.models.visits import CaseAppointment, CaseCall

__all__ = ["Case", "CaseAppointment", "CaseCall", "CaseFile", "CaseMessage", "CaseQuerySet", "Correction", "Report"]
