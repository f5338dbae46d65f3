"""Names in the one form in which they are searched and compared: small letters, no accents, no apostrophes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

from django.db.backends.signals import connection_created
from django.db.models import CharField, F, Func, Value
from django.db.models.functions import Lower
from django.dispatch import receiver
from django.utils.deconstruct import deconstructible

LETTERS = "".join(map(chr, [*range(0xC0, 0x100), 0x10C, 0x10D, 0x106, 0x107, 0x160, 0x161, 0x17D, 0x17E, 0x143, 0x144]))
PLAIN = {
    **{letter: base for letter in LETTERS if (base := unicodedata.normalize("NFKD", letter)[0].lower()).isascii()},
    "Ø": "o",
    "ø": "o",
    "Ł": "l",
    "ł": "l",
    "-": " ",
}
DROPPED = "'’."
TABLE = str.maketrans({**PLAIN, **dict.fromkeys(DROPPED)})


ON_SQLITE = "GOODWORD_FOLDED"


def lower_and_plain(text: str | None) -> str | None:
    """Return a name in small letters, without accents and apostrophes."""
    return text.lower().translate(TABLE) if text else text


@lru_cache(maxsize=16_384)
def folded(text: str) -> str:
    """Return a name as it is searched and compared: "O’Brien-Núñez" is "obrien nunez"."""
    return " ".join((lower_and_plain(text) or "").split())


@deconstructible(path="patients.folding.Folded")
class Folded(Func):
    """The same in the database, for a generated column; blanks stay as they are."""

    function = "TRANSLATE"
    output_field = CharField(max_length=80)

    def __init__(self, column: str | F) -> None:
        super().__init__(column)

    def as_sql(  # type: ignore[override]  # it takes no other template
        self, compiler: Any, connection: Any, **extra: Any
    ) -> tuple[str, Any]:
        """Say it in one call; a locale that lowers no accented letter does no harm, the table has both."""
        source = Lower(self.get_source_expressions()[0])
        letters, plain = "".join(PLAIN) + DROPPED, "".join(PLAIN.values())
        found: tuple[str, Any] = compiler.compile(
            Func(source, Value(letters), Value(plain), function="TRANSLATE", output_field=CharField())
        )
        return found

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        """Call the function above, which every connection to this database has."""
        source = self.get_source_expressions()[0]
        found: tuple[str, Any] = compiler.compile(Func(source, function=ON_SQLITE, output_field=CharField()))
        return found


@receiver(connection_created, dispatch_uid="patients.folding")
def teach(connection: Any, **_more: Any) -> None:
    """Let SQLite fold names: it lowers no accented letter, and cannot replace many at once."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(ON_SQLITE, 1, lower_and_plain, deterministic=True)
