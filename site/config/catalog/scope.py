"""Whose words are translated: those that visitors, patients, friends, subscribers and readers of our mail see.

The Wagtail admin, the office portal and their mails speak English alone, so what only they say stands in no catalog.
The rule goes by the place of a file, and this is the whole of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from config.catalog.extracting import Saying, Untranslatable, of_module, of_template

FOLDERS = ("templates", "site", "newsletter", "referral_portal", "home")
ENDINGS = {".html", ".txt", ".mjml", ".py"}

# Every template in these folders is in scope,
TEMPLATES = (
    "templates/",
    "templates/account/",
    "templates/blocks/",
    "templates/components/",
    "templates/editions/",
    "templates/home/",
    "templates/mail/",
    "templates/messages/",
    "templates/mfa/",
    "templates/navigation/",
    "templates/newsletter/",
    "templates/portal/",
    "templates/referrals/",
    "templates/search/",
    "templates/usersessions/",
    "templates/wagtailcore/",
)
# but for these, which staff and offices read,
FOR_STAFF = (
    "templates/blocks/preview.html",
    "templates/editions/staff/",
    "templates/home/journal.html",
    "templates/home/panels/",
    "templates/messages/case_",
    "templates/messages/follow_up_",
    "templates/messages/office_",
    "templates/messages/referral_waiting/",
)
# and these of folders that are for others are read by visitors.
FOR_VISITORS = ("templates/consent/sheet.html", "templates/demo/bar.html", "templates/offices/apply")

FOR_OTHERS = (
    "templates/branding/",
    "templates/cases/",
    "templates/content/",
    "templates/demo/",
    "templates/icons/",
    "templates/offices/",
)
IN_THE_ADMIN = ('{% extends "staff/', '{% extends "wagtailadmin/')

# Of these modules all that they say is in scope; where names follow, only what those functions, classes and constants
# say, since the rest is for staff and offices.
MODULES: dict[str, tuple[str, ...]] = {
    "home/actions.py": (),
    "home/demo/cast.py": ("PERSONS",),
    "home/forms.py": (),
    "home/menus.py": (),
    "home/searching.py": (),
    "newsletter/campaigns/audience.py": ("in_words_for_readers",),
    "newsletter/editions/feed.py": (),
    "newsletter/editions/forms.py": (),
    "newsletter/editions/models/events.py": ("hours",),
    "newsletter/editions/models/letters.py": ("month",),
    "newsletter/editions/senders.py": (),
    "newsletter/editions/texting.py": (),
    "newsletter/surveys/forms.py": (),
    "newsletter/surveys/mail_views.py": (),
    "newsletter/surveys/models.py": ("Call", "ends_words", "label_of"),
    "referral_portal/cases/choices.py": ("Urgency",),
    "referral_portal/offices/applying.py": (),
    "referral_portal/offices/models.py": ("Kind", "News"),
    "referral_portal/offices/public_forms.py": (),
    "referral_portal/referrals/actions/ground.py": (),
    "referral_portal/referrals/actions/links.py": (),
    "referral_portal/referrals/actions/telling.py": (),
    "referral_portal/referrals/forms.py": (),
    "referral_portal/referrals/mail_views.py": (),
    "referral_portal/referrals/models.py": ("CONSENTS", "Reach", "Relation", "Thanks", "shown_as"),
    "referral_portal/referrals/sharing.py": (),
    "referral_portal/referrals/views.py": (),
    "site/accounts/adapters.py": (),
    "site/accounts/agents.py": (),
    "site/accounts/forms.py": (),
    "site/accounts/views.py": (),
    "site/content/public_forms.py": (),
    "site/content/structured.py": (),
    "site/content/testimonials.py": ("Kind",),
    "site/delivery/choosing_page.py": (),
    "site/delivery/forms.py": (),
    "site/delivery/views.py": (),
    "site/patients/choices.py": (),
    "site/patients/models/kinds.py": ("AtMost", "Channel"),
    "site/patients/topics.py": (),
    "site/patients/wordings.py": (),
    "site/practice/durations.py": (),
    "site/practice/listing.py": (),
    "site/practice/models.py": ("Weekday",),
    "site/practice/notices.py": (),
    "site/practice/opening.py": (),
}


def is_in_scope(name: str) -> bool:
    """Return whether a template or module is in scope.

    Args:
        name: its path below the root of the project, with `/`.
    """
    if name.endswith(".py"):
        return name in MODULES
    if name.startswith(FOR_VISITORS):
        return True
    below = name.rpartition("/")[0] + "/"
    return any(below == home or (home != "templates/" and below.startswith(home)) for home in TEMPLATES) and (
        not name.startswith(FOR_STAFF)
    )


def unsettled(root: Path) -> list[str]:
    """Return the folders of templates of which nothing says yet whether visitors read them."""
    folders = {path for path in (root / "templates").iterdir() if path.is_dir()}
    open_ones = {path for path in folders if f"templates/{path.name}/" not in {*TEMPLATES, *FOR_OTHERS}}
    return sorted(f"templates/{path.name}/" for path in open_ones if not _is_in_the_admin(path))


def _is_in_the_admin(folder: Path) -> bool:
    return any(mark in page.read_text() for page in folder.rglob("*.html") for mark in IN_THE_ADMIN)


def files(root: Path) -> Iterator[str]:
    """Yield the names of the files in scope, in their order."""
    every = (path for folder in FOLDERS for path in (root / folder).rglob("*") if path.suffix in ENDINGS)
    yield from sorted(name for path in every if is_in_scope(name := path.relative_to(root).as_posix()))


def sayings(root: Path) -> dict[Saying, list[str]]:
    """Return all that is said in scope, each with the files that say it.

    Raises:
        Untranslatable: with the file, for words that no catalog can hold.
    """
    found: dict[Saying, list[str]] = {}
    for name in files(root):
        for saying in _of(name, (root / name).read_text()):
            places = found.setdefault(saying, [])
            if name not in places:
                places.append(name)
    return found


def _of(name: str, source: str) -> list[Saying]:
    try:
        if name.endswith(".py"):
            return list(of_module(source, MODULES[name]))
        return list(of_template(source, name))
    except (Untranslatable, SyntaxError) as error:
        raise Untranslatable(f"{name}: {error}") from error
