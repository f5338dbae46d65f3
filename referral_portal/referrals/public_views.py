"""The friend's pages, and the page that explains how telling a friend works here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import public
from content import languages
from content.origin import same_origin
from content.public_forms import TAKEN, Refused, take
from practice.models import Provider
from referral_portal.referrals import actions, policy
from referral_portal.referrals.forms import FriendForm
from referral_portal.referrals.models import PersonalLink, ReferralProgram
from vault import refs


@public
@require_safe
def explain(request: HttpRequest) -> HttpResponse:
    """Explain how telling a friend works here, to anybody."""
    return render(request, "referrals/explain.html", {"program": ReferralProgram.current()})


@public
@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def friend(request: HttpRequest, code: str) -> HttpResponse:
    """Welcome a friend; opening records nothing, the form asks us to call. Every answer is the same for everybody."""
    link = _link(code)
    if link is None:
        return render(request, "referrals/unknown.html", status=404)
    form = FriendForm(request.POST if request.method == "POST" else None, link=link)
    status = take(request, form, lambda: _agree(link, form)) if form.is_bound else 200
    if status == TAKEN:
        return redirect("friend_thanks", code=link.code)
    return _never_kept(
        render(
            request,
            "referrals/friend.html",
            {
                "link": link,
                "form": form,
                "name": link.owner.given_name if link.show_first_name else "",
                "providers": Provider.objects.select_related("staff_member")[:3],
                "call_by": actions.call_promise(),
            },
            status=status,
        )
    )


@public
@never_cache
@require_safe
def friend_thanks(request: HttpRequest, code: str) -> HttpResponse:
    """Say when we call; the same words for everybody."""
    if _link(code) is None:
        return render(request, "referrals/unknown.html", status=404)
    return _never_kept(render(request, "referrals/friend_thanks.html", {"call_by": actions.call_promise()}))


def _link(code: str) -> PersonalLink | None:
    heard = refs.heard(code)
    if len(heard) != refs.CODE_LENGTH or not set(heard) <= set(refs.ALPHABET):
        return None
    return PersonalLink.objects.select_related("reader__patient").filter(code=heard).first()


def _never_kept(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _agree(link: PersonalLink, form: FriendForm) -> None:
    found = form.cleaned_data
    try:
        actions.agree(
            link=link,
            friend_name=found["first_name"],
            friend_contact=found["contact"],
            reach_by=found["reach_by"],
            good_times=",".join(found["good_times"]),
            language=languages.current(),
            may_tell_referrer=found["may_tell"],
            consents=found["consents"],
            is_adult=found["is_adult"],
        )
    except policy.Refused as refused:
        raise Refused(str(refused)) from refused
