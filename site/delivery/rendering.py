"""A message of our own from its folder: subject.txt, body.txt, and body.mjml where it has one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.template import Context, TemplateDoesNotExist, engines
from django.template.backends.django import DjangoTemplates
from django.utils import translation

from content import mjml
from delivery.envelope import Letter, Sender
from practice import clocks
from practice.models import Location, Practice

NOBODY = "Goodword"


def sender() -> Sender:
    """Return who we are in a message's head; before the practice is set up, the site's own host."""
    practice = Practice.get()
    if practice is None:
        host = settings.SITE_URL.partition("://")[2].partition(":")[0].strip("[]")
        domain = host if "." in host and not host.replace(".", "").isdigit() else "localhost"
        return Sender(f"noreply@{domain}", "", domain)
    return Sender(practice.sender_email, practice.reply_email, practice.domain)


def sender_name() -> str:
    """Return the name that mail comes from."""
    practice = Practice.get()
    return practice.sender_name if practice else NOBODY


def render(name: str, context: Mapping[str, Any] | None = None, *, language: str = "en") -> Letter:
    """Return the letter that templates/messages/<name>/ makes of `context`.

    Values are escaped in MJML, which is compiled after that, and stand plainly in subject and text.

    Args:
        name: the folder under templates/messages/.
        context: what its templates ask for; practice, location, site_url and language are there always.
        language: of templates and dates.

    Raises:
        TemplateDoesNotExist: when the folder has no subject.txt or body.txt.
        content.mjml.Refused: when the body is not MJML that we compile.
    """
    practice = Practice.get()
    values = {
        "practice": practice,
        "location": Location.objects.first(),
        "site_url": settings.SITE_URL,
        "language": language,
        **(context or {}),
    }
    with translation.override(language), clocks.at_the_practice():
        subject = " ".join(_rendered(f"messages/{name}/subject.txt", values, escape=False).split())
        text = _rendered(f"messages/{name}/body.txt", {**values, "subject": subject}, escape=False).strip() + "\n"
        html = _html(f"messages/{name}/body.mjml", {**values, "subject": subject})
    return Letter(
        subject=subject,
        html=html,
        text=text,
        sender_name=practice.sender_name if practice else NOBODY,
        language=language,
    )


def _html(path: str, values: Mapping[str, Any]) -> str:
    try:
        source = _rendered(path, values, escape=True)
    except TemplateDoesNotExist as error:
        if str(error) != path:
            raise
        return ""
    return mjml.compile(source)


def _rendered(path: str, values: Mapping[str, Any], *, escape: bool) -> str:
    engine = cast("DjangoTemplates", engines["django"]).engine
    return str(engine.get_template(path).render(Context(dict(values), autoescape=escape)))
