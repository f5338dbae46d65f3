"""What people do when a patient tells a friend: one function per verb, read as `actions.book(referral=…, by=user)`."""

from referral_portal.referrals.actions.ending import expire_old, find_existing, opt_out, void
from referral_portal.referrals.actions.handling import book, give_up, invite, log_contact, mark_attended, thank
from referral_portal.referrals.actions.links import create_link, create_links, show_first_name
from referral_portal.referrals.actions.telling import agree, call_promise, refer, tell

__all__ = [
    "agree",
    "book",
    "call_promise",
    "create_link",
    "create_links",
    "expire_old",
    "find_existing",
    "give_up",
    "invite",
    "log_contact",
    "mark_attended",
    "opt_out",
    "refer",
    "show_first_name",
    "tell",
    "thank",
    "void",
]
