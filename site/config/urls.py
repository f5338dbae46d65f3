"""Every address of the house, composed from each room's own."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config.observing import health, metrics
from delivery import mail_urls as delivery_mail
from home.demo.components import components
from newsletter.campaigns import mail_urls as campaign_mail
from newsletter.editions import mail_urls as edition_mail
from newsletter.surveys import mail_urls as survey_mail
from referral_portal.referrals import mail_urls as referral_mail

mail_patterns = [
    *delivery_mail.urlpatterns,
    *edition_mail.urlpatterns,
    *campaign_mail.urlpatterns,
    *survey_mail.urlpatterns,
    *referral_mail.urlpatterns,
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("version", health.version, name="version"),
    path("", include("accounts.other_doors")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("media/", include("content.urls")),
    path("e/", include((mail_patterns, "mail"))),
    path("hooks/", include("delivery.webhooks.urls")),
    path("accounts/", include("accounts.urls")),
    path("portal/", include("referral_portal.urls")),
    path("", include("home.urls")),
]
if settings.DEBUG or settings.DEMO:
    urlpatterns.append(path("demo/components/", components, name="components"))
if settings.DEMO:
    urlpatterns.append(path("demo/", include("home.demo.urls")))
# what everybody reads: in English as it stands here, in Spanish under /es/ (home.languages)
urlpatterns += i18n_patterns(
    path("newsletter/", include("newsletter.editions.urls")),
    path("", include("referral_portal.referrals.public_urls")),
    path("", include("referral_portal.offices.public_urls")),
    path("", include("newsletter.editions.public_urls")),
    path("", include("home.public_urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)

handler400 = "home.errors.bad_request"
handler404 = "home.errors.page_not_found"
handler500 = "home.errors.server_error"
handler403 = "home.errors.permission_denied"
