"""Where providers and mail servers tell what became of our mail: taken, answered at once, understood later."""

from __future__ import annotations

from anymail.exceptions import AnymailError
from anymail.exceptions import AnymailWebhookValidationFailure as Refused
from anymail.utils import get_request_basic_auth
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.doors import public
from delivery.webhooks import hearing, providers, returned_mail

RETURNED = "returned"
BAD, NOT_ALLOWED, TOO_LARGE = 400, 401, 413


@csrf_exempt  # a machine without cookies; its secret is what entitles
@public
@require_http_methods(["POST", "HEAD"])
def hook(request: HttpRequest, provider: str) -> HttpResponse:
    """Take what a provider reports, or a mail that came back; without a secret of ours there is nothing here.

    A wrong secret is 401, a wrong signature or what cannot be read is 400, and nothing of it is kept or logged.
    """
    if not settings.MAIL_HOOK_SECRET or (provider != RETURNED and not providers.has_door(provider)):
        raise Http404
    if request.method == "HEAD":  # providers try an address in this way when somebody enters it
        return HttpResponse()
    if not constant_time_compare(get_request_basic_auth(request) or "", settings.MAIL_HOOK_SECRET):
        return HttpResponse(status=NOT_ALLOWED, headers={"WWW-Authenticate": 'Basic realm="mail"'})
    try:
        body = request.body
        reports = returned_mail.reports_of(body) if provider == RETURNED else providers.reports_of(request, provider)
    except RequestDataTooBig:
        return HttpResponse(status=TOO_LARGE)
    except (AnymailError, Refused, providers.NotUnderstood):
        return HttpResponse(status=BAD)
    hearing.take(reports)
    return HttpResponse()
