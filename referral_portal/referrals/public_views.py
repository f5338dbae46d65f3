"""The friend's pages, and the page that explains how telling a friend works here."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import public
from content import languages, limits
from practice.models import Provider
from referral_portal.referrals import actions, policy
from referral_portal.referrals.forms import FriendForm
from referral_portal.referrals.models import PersonalLink, ReferralProgram
from vault import refs

PER_HOUR_AND_NETWORK, PER_DAY_AND_LINK, A_DAY = 8, 40, timedelta(days=1)


@public
@require_safe
def explain(request: HttpRequest) -> HttpResponse:
    """Explain how telling a friend works here, to anybody."""
    return render(request, "referrals/explain.html", {"program": ReferralProgram.current()})


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def friend(request: HttpRequest, code: str) -> HttpResponse:
    """Welcome a friend; opening records nothing, the form asks us to call. Every answer is the same for everybody."""
    link = _link(code)
    if link is None:
        return render(request, "referrals/unknown.html", status=404)
    form = FriendForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.is_from_a_robot:
            return redirect("friend_thanks", code=link.code)
        if _too_often(request, link):
            return render(request, "429.html", status=429)
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
            form.add_error(None, str(refused))
        else:
            return redirect("friend_thanks", code=link.code)
    return _never_kept(
        render(
            request,
            "referrals/friend.html",
            {
                "link": link,
                "form": form,
                "name": link.reader.given_name if link.show_first_name else "",
                "providers": [(one, one.name.split()[-1][:1]) for one in Provider.objects.all()[:3]],
                "call_by": actions.call_promise(),
            },
            status=422 if form.is_bound else 200,
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


def _too_often(request: HttpRequest, link: PersonalLink) -> bool:
    """Count forms by the sender's network and by the link; both limits are far above what friends do."""
    over = [
        limits.is_over("friend:network", limits.network_of(request), most=PER_HOUR_AND_NETWORK),
        limits.is_over("friend:link", link.code, most=PER_DAY_AND_LINK, within=A_DAY),
    ]
    return any(over)
