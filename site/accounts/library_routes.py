"""The routes that libraries bring, who may use them and why: they cannot carry a decorator of ours."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class LibraryRoute:
    """Routes of a library: a pattern of `namespace:name` (or of the path, for one without a name), who may, and why.

    `who` is "public"; "staff": the library itself asks for the admin permission and for its own permissions beyond;
    "closed": another route of ours stands before it, or nobody but a superuser has its permissions.
    """

    pattern: str
    who: str
    reason: str


SHADOWED = "A door of accounts.other_doors stands before it: it would let people in without the second factor."
CHECKED = "Wagtail asks for the admin permission, then for the permission on the thing itself."

LIBRARY_ROUTES: tuple[LibraryRoute, ...] = (
    # doors and whatever touches accounts: one by one
    LibraryRoute("wagtailadmin_login", "closed", SHADOWED),
    LibraryRoute("wagtailadmin_logout", "closed", SHADOWED),
    LibraryRoute("wagtailadmin_password_reset", "closed", SHADOWED),
    LibraryRoute("wagtailadmin_password_reset_done", "closed", SHADOWED),
    LibraryRoute("wagtailadmin_password_reset_confirm", "closed", SHADOWED),
    LibraryRoute("wagtailadmin_password_reset_complete", "closed", SHADOWED),
    LibraryRoute("wagtailcore_login", "closed", SHADOWED),
    LibraryRoute("wagtailcore_authenticate_with_password", "closed", "No page of ours opens by a shared password."),
    LibraryRoute("wagtaildocs_authenticate_with_password", "closed", "No file of ours opens by a shared password."),
    LibraryRoute("wagtailadmin_account", "staff", "Name, avatar and language only: e-mail and password are off."),
    LibraryRoute("wagtailusers_users:index", "closed", "No group has permissions on users: people come by invitation."),
    LibraryRoute("wagtailusers_users:index_results", "closed", "As the list of users."),
    LibraryRoute("wagtailusers_users:add", "closed", "As the list of users."),
    LibraryRoute("wagtailusers_users:edit", "closed", "As the list of users."),
    LibraryRoute("wagtailusers_users:copy", "closed", "As the list of users."),
    LibraryRoute("wagtailusers_users:delete", "closed", "As the list of users."),
    LibraryRoute("wagtailusers_users:history", "closed", "As the list of users."),
    LibraryRoute("wagtailusers_users:history_results", "closed", "As the list of users."),
    LibraryRoute("wagtailusers_users:usage", "closed", "As the list of users."),
    LibraryRoute("wagtailusers_groups:*", "closed", "Groups follow the roles; nobody has permissions on them."),
    # what stands open
    LibraryRoute("wagtail_serve", "public", "Pages of the public site; Wagtail refuses the private ones."),
    LibraryRoute("wagtaildocs_serve", "public", "Files that an editor put up; private ones are refused."),
    LibraryRoute("wagtailadmin_sprite", "public", "The admin's icons."),
    LibraryRoute("wagtailadmin_javascript_catalog", "public", "The admin's words."),
    # the Wagtail admin
    LibraryRoute("wagtailadmin_home", "staff", "The first page of the admin."),
    LibraryRoute("wagtailadmin_explore*", "staff", CHECKED),
    LibraryRoute("wagtailadmin_pages:*", "staff", CHECKED),
    LibraryRoute("wagtailadmin_choose_page*", "staff", CHECKED),
    LibraryRoute("wagtailadmin_tag*", "staff", CHECKED),
    LibraryRoute("wagtailadmin_collections:*", "staff", CHECKED),
    LibraryRoute("wagtailadmin_workflows:*", "staff", CHECKED),
    LibraryRoute("wagtailadmin_reports:*", "staff", CHECKED),
    LibraryRoute("wagtailadmin_api:*", "staff", CHECKED),
    LibraryRoute("wagtailadmin_editing_sessions:*", "staff", CHECKED),
    LibraryRoute("wagtailadmin_block_preview", "staff", CHECKED),
    LibraryRoute("wagtailadmin_dismissibles", "staff", "What somebody has read away, their own only."),
    LibraryRoute("wagtailadmin_error_test", "staff", "Fails on purpose; shows nothing."),
    LibraryRoute("wagtail_bulk_action", "staff", CHECKED),
    LibraryRoute("simple_translation:*", "staff", CHECKED),
    LibraryRoute("wagtailimages:*", "staff", CHECKED),
    LibraryRoute("wagtailimages_chooser:*", "staff", CHECKED),
    LibraryRoute("wagtaildocs:*", "staff", CHECKED),
    LibraryRoute("wagtaildocs_chooser:*", "staff", CHECKED),
    LibraryRoute("wagtailembeds:*", "staff", "No provider is configured, so nothing is ever embedded."),
    LibraryRoute("wagtailredirects:*", "staff", CHECKED),
    LibraryRoute("wagtailsettings:*", "staff", CHECKED),
    LibraryRoute("wagtailsites:*", "staff", CHECKED),
    LibraryRoute("wagtailsnippets:*", "staff", CHECKED),
    LibraryRoute("wagtailsnippets_*:*", "staff", CHECKED),
    LibraryRoute("wagtailsnippetchoosers_*:*", "staff", CHECKED),
    LibraryRoute("admin/test404/", "staff", "Wagtail's own page about a missing page."),
    LibraryRoute("admin/^.*/$", "staff", "Whatever the admin does not know: a page about a missing page."),
)


def library_route_of(name: str) -> LibraryRoute | None:
    """Return the first entry whose pattern fits `name` (`namespace:name`), or None for a route nobody entered."""
    return next((route for route in LIBRARY_ROUTES if fits(name, route.pattern)), None)


def fits(name: str, pattern: str) -> bool:
    """Return whether a route of this name is meant: the very name, or one that the pattern of a namespace covers."""
    return name == pattern or ("/" not in pattern and fnmatchcase(name, pattern))
