"""Keep the catalogs of translations: find what is said, write .po and .mo, or say what does not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.catalog import catalogs, checking, scope
from config.catalog.extracting import Saying, Untranslatable

SOURCE = "en"
MAKE = "`make messages` brings it up to date."


class Command(BaseCommand):
    """Bring each catalog up to date, or with --check only compare."""

    help = "Write site/locale/ from what the public templates and modules say; with --check, fail where it is not so."
    requires_system_checks = ()  # it reads sources, whatever else is being built

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --check."""
        parser.add_argument("--check", action="store_true", help="Write nothing; fail where a catalog does not fit.")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        """Write or compare the catalog of each language but the source's."""
        try:
            wanted = scope.sayings(settings.BASE_DIR)
        except Untranslatable as error:
            raise CommandError(str(error)) from error
        ask = "say in config/catalog/scope.py whether visitors read it"
        said = [f"{folder} is new: {ask}." for folder in scope.unsettled(settings.BASE_DIR)]
        for language in (code for code, _name in settings.LANGUAGES if code != SOURCE):
            path = catalogs.place(Path(settings.LOCALE_PATHS[0]), language)
            said += self._compare(path, language, wanted) if check else self._write(path, language, wanted)
        if check and said:
            raise CommandError("\n".join(said))
        self.stdout.write("\n".join([f"{len(wanted)} sayings in scope.", *said]))

    def _write(self, path: Path, language: str, wanted: dict[Saying, list[str]]) -> list[str]:
        """Write the catalog, and return what is left to do in it."""
        new = catalogs.brought_up_to_date(catalogs.read(path, language), wanted, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(catalogs.text(new), encoding="utf-8")
        path.with_suffix(".mo").write_bytes(catalogs.compiled(new))
        return [f"{language}: {problem}" for problem in checking.problems(new, language)]

    def _compare(self, path: Path, language: str, wanted: dict[Saying, list[str]]) -> list[str]:
        """Return what is wrong with the catalog, one line each."""
        standing = catalogs.read(path, language)
        said = [f"{language}: {problem}" for problem in checking.problems(standing, language)]
        # where a saying stands may be told a little late: whoever moves a template owes no new catalog
        known = {catalogs.of(message) for message in standing if message.id}
        said += [f"{language}: “{new.singular}” is said and not in it. {MAKE}" for new in sorted(wanted.keys() - known)]
        said += [f"{language}: “{old.singular}” is no longer said. {MAKE}" for old in sorted(known - wanted.keys())]
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.read_bytes() != catalogs.compiled(standing):
            said.append(f"{compiled.name} of {language} is out of date. {MAKE}")
        return said
