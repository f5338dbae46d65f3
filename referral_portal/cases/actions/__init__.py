"""What people do with a case: one function per verb, read at the call site as `actions.accept(case=case, by=user)`."""

from referral_portal.cases.actions.endings import (
    confirm_cancel,
    continue_case,
    found,
    mark_unreachable,
    merge,
    redirect,
    reopen,
    request_cancel,
    withdraw,
)
from referral_portal.cases.actions.filing import add_file, check_file, drop, forget_unsent, hold
from referral_portal.cases.actions.ground import CaseConflict, StaleCase
from referral_portal.cases.actions.handling import (
    accept,
    acknowledge,
    assign,
    decline,
    log_call,
    note,
    see_correction,
    write,
)
from referral_portal.cases.actions.reporting import amend_report, complete, confirm_receipt, lapse, report_interim
from referral_portal.cases.actions.sending import Given, correct, draft, send, submit
from referral_portal.cases.actions.visits import book, cancel_visit, keep, miss, move

__all__ = [
    "CaseConflict",
    "Given",
    "StaleCase",
    "accept",
    "acknowledge",
    "add_file",
    "amend_report",
    "assign",
    "book",
    "cancel_visit",
    "check_file",
    "complete",
    "confirm_cancel",
    "confirm_receipt",
    "continue_case",
    "correct",
    "decline",
    "draft",
    "drop",
    "forget_unsent",
    "found",
    "hold",
    "keep",
    "lapse",
    "log_call",
    "mark_unreachable",
    "merge",
    "miss",
    "move",
    "note",
    "redirect",
    "reopen",
    "report_interim",
    "request_cancel",
    "see_correction",
    "send",
    "submit",
    "withdraw",
    "write",
]
