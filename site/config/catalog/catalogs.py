"""The catalog of a language: read, brought up to date, and written the same for the same words, on every day."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management.base import CommandError

from config.catalog.extracting import Saying

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

HEAD = """\
# {name}, for those who visit the practice's pages, its patients, and readers of its mail.
# `manage.py messages` keeps the list; people write the words. How: docs/how-to/translate.md
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
WIDTH = 110


def place(root: Path, language: str) -> Path:
    """Return where the catalog of `language` stands; its compiled twin beside it ends in .mo."""
    return root / language / "LC_MESSAGES" / "django.po"


def read(path: Path, language: str) -> Catalog:
    """Return the catalog in the file `path`, an empty one where there is none.

    Raises:
        CommandError: where Babel, which only developers have, is not installed.
    """
    try:
        from babel.messages.catalog import Catalog
        from babel.messages.pofile import read_po
    except ImportError as error:
        raise CommandError("Babel is missing: `make .venv/.dev` installs what developers need.") from error
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def of(message: Message) -> Saying:
    """Return what a message of a catalog says in English."""
    singular, plural = message.id if isinstance(message.id, tuple | list) else (message.id, "")
    return Saying(singular, plural, message.context or "")


def brought_up_to_date(old: Catalog, wanted: Mapping[Saying, list[str]], language: str) -> Catalog:
    """Return a catalog of exactly the `wanted` sayings, with the translations that `old` has for them.

    Nothing is guessed: a saying that changed by a letter is a new one, and waits for its translation.
    """
    from babel.messages.catalog import Catalog

    translations = {of(message): message for message in old if message.id}
    new = Catalog(locale=language)
    for saying in sorted(wanted, key=lambda saying: (sorted(wanted[saying])[0], saying)):
        known = translations.get(saying)
        new.add(
            saying.msgid,
            string=known.string if known else None,
            context=saying.context or None,
            locations=[(name, 0) for name in sorted(wanted[saying])],
            flags=known.flags & {"fuzzy"} if known else (),
            user_comments=known.user_comments if known else (),
        )
    return new


def text(catalog: Catalog) -> str:
    """Return the catalog as a .po file: no dates, no tool's name and no numbers of lines, so that diffs are words."""
    from babel.messages.pofile import write_po

    body = io.BytesIO()
    write_po(body, catalog, width=WIDTH, omit_header=True, include_lineno=False)
    head = HEAD.format(
        name=catalog.locale.english_name if catalog.locale else "",
        code=catalog.locale_identifier,
        plurals=catalog.plural_forms,
    )
    return head + body.getvalue().decode().rstrip("\n") + "\n"


def compiled(catalog: Catalog) -> bytes:
    """Return the catalog as the .mo file that gettext reads, byte for byte the same for the same words."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    class Dateless(Catalog):
        """A catalog whose head holds neither today's date nor the version of a tool."""

        mime_headers = [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", catalog.plural_forms)]

    dateless = Dateless(locale=catalog.locale_identifier)
    for message in catalog:
        if message.id:
            dateless[message.id] = message
    out = io.BytesIO()
    write_mo(out, dateless)
    return out.getvalue()
