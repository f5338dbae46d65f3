"""From the letter's link, without a password: it does its one act and shows at most a first name."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import signed_link
from delivery.links import message_of
from referral_portal.referrals import telling


@signed_link("refer")
@require_http_methods(["GET", "HEAD", "POST"])
def refer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the reader's own link, and take that they told a friend; a test mail's link records nothing."""
    message = message_of(request, "refer", token)
    reader = message.reader
    if reader is None or message.is_test:
        if request.method == "POST":
            messages.info(request, _("This came from a test letter, so nothing was recorded."))
            return redirect("mail:refer", token=token)
        return render(request, "referrals/mail_test.html")
    if request.method != "POST":
        is_done = "told" in request.GET
        return render(request, "referrals/mail.html", {"page": telling.shown(reader), "is_done": is_done})
    page = telling.pressed(request, reader, by=f"reader:{reader.ref}")
    if page.form and page.form.is_bound and not page.referral:
        return render(request, "referrals/mail.html", {"page": page}, status=422)
    if page.trouble:
        messages.error(request, page.trouble)
    answer = redirect("mail:refer", token=token)
    if page.referral:
        answer["Location"] += "?told=1"
    return answer
