"""How timelines say what happened to a referral."""

from django.utils.translation import gettext_lazy as _

from journal.words import say

say("referral.told", _("Told a friend"), icon="heart", audience={"patient"})
say("referral.named", _("Named a friend"), icon="heart", audience={"patient"})
say("referral.agreed", _("The friend asked for a call"), icon="phone")
say("referral.invited", _("Invited, do-not-call list checked"), icon="send")
say("referral.contacted", _("Tried to reach the friend"), icon="phone")
say("referral.booked", _("First visit booked"), icon="date")
say("referral.attended", _("The friend came"), icon="check")
say("referral.unanswered", _("No answer"), icon="time")
say("referral.existing", _("Was a patient already"), icon="user")
say("referral.opted_out", _("Wants no contact; erased"), icon="cross")
say("referral.voided", _("Taken back"), icon="cross")
say("referral.expired", _("Erased after 90 days"), icon="time")
say("referral.thanked", _("The referrer was thanked"), icon="gw-heart", audience={"patient"})
say("referral.viewed", _("Opened"), icon="view")
say("link.made", _("Personal link created"), icon="link")
say("link.name_shown", _("First name shown on the friend's page"), icon="view")
say("link.name_hidden", _("First name hidden on the friend's page"), icon="view")
