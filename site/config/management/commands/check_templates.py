"""Compile every template, so that a slip of the pen is found before a person opens its page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines

ENDINGS = {".html", ".txt", ".mjml", ".xml", ".svg"}


class Command(BaseCommand):
    """Compile every file under templates/ and say which do not."""

    help = "Compile every template of ours."

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile each; fail with one line for each that does not."""
        root = settings.BASE_DIR / "templates"
        names = [str(path.relative_to(root)) for path in sorted(root.rglob("*")) if path.suffix in ENDINGS]
        problems = []
        for name in names:
            try:
                engines["django"].get_template(name)
            except (TemplateSyntaxError, TemplateDoesNotExist, UnicodeDecodeError) as error:
                problems.append(f"{name}: {error}")
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write(f"{len(names)} templates compile.")
