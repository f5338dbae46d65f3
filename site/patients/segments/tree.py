"""A segment's question as a tree: groups of "all", "any" or "none" around lines, checked with errors in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import Nature
from patients.segments.inputs import Unfit
from patients.segments.registry import Criterion, How, catalogue

DEEPEST = 4
MOST_LINES = 40
type Path = tuple[int, ...]


class Match(TextChoices):
    """How the lines of a group go together."""

    ALL = "all", gettext_lazy("All of these")
    ANY = "any", gettext_lazy("Any of these")
    NONE = "none", gettext_lazy("None of these")


class Broken(ValueError):
    """A tree that cannot be asked; `troubles` says for each place what is wrong, in plain words."""

    def __init__(self, troubles: Mapping[Path, str]) -> None:
        self.troubles = dict(troubles)
        super().__init__(" ".join(self.troubles.values()))


@dataclass(frozen=True)
class Line:
    """One question with its values, checked."""

    criterion: Criterion
    how: How
    values: dict[str, Any]

    @property
    def nature(self) -> str:
        """Return of what nature its answer is."""
        return self.criterion.nature_of(self.how, self.values)

    @property
    def is_clinical(self) -> bool:
        """Whether it asks about somebody's health."""
        return self.nature == Nature.CLINICAL

    @property
    def implies_patient(self) -> bool:
        """Whether everybody whom it holds for is a patient."""
        return self.criterion.is_of_patients

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {"ask": self.criterion.name, "how": self.how.name, **self.values}

    def lines(self) -> Iterator[Line]:
        """Return itself."""
        yield self


@dataclass(frozen=True)
class Group:
    """Lines and groups that hold together: all of them, any of them, or none."""

    match: str
    parts: tuple[Node, ...] = field(default=())

    @property
    def is_clinical(self) -> bool:
        """Whether a line in it asks about somebody's health."""
        return any(line.is_clinical for line in self.lines())

    @property
    def implies_patient(self) -> bool:
        """Whether everybody whom it holds for is a patient."""
        if self.match == Match.NONE or not self.parts:
            return False
        return (any if self.match == Match.ALL else all)(part.implies_patient for part in self.parts)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {"match": str(self.match), "parts": [part.as_json() for part in self.parts]}

    def lines(self) -> Iterator[Line]:
        """Return every line in it, from the top."""
        for part in self.parts:
            yield from part.lines()

    def without_clinical(self) -> Group:
        """Return the same without its clinical lines, and without groups that would be empty then."""
        kept = [part.without_clinical() if isinstance(part, Group) else part for part in self.parts]
        return Group(
            self.match,
            tuple(part for part in kept if (part.parts if isinstance(part, Group) else not part.is_clinical)),
        )


type Node = Line | Group


def parse(raw: Any) -> Group:
    """Return the tree that `raw` (as from JSON) means, every value in its one form.

    Raises:
        Broken: when something in it cannot be asked; every trouble is named at its place.
    """
    reading = _Reading()
    root = reading.read(raw if isinstance(raw, Mapping) and "match" in raw else {"match": None}, ())
    if not reading.troubles and not (isinstance(root, Group) and any(True for _line in root.lines())):
        reading.troubles[()] = _("Add at least one question.")
    if reading.troubles or not isinstance(root, Group):
        raise Broken(reading.troubles)
    return root


def parse_line(raw: Any) -> Line:
    """Return one line that `raw` means.

    Raises:
        Broken: when it cannot be asked.
    """
    reading = _Reading()
    line = reading.read(raw, ())
    if not isinstance(line, Line):
        raise Broken(reading.troubles)
    return line


class _Reading:
    """One walk over what came in, with the troubles met on the way."""

    def __init__(self) -> None:
        self.known = catalogue()
        self.troubles: dict[Path, str] = {}
        self.count = 0

    def read(self, raw: Any, path: Path) -> Node | None:
        """Return a group or a line; None, and a trouble at its place, where it cannot be asked."""
        try:
            if isinstance(raw, Mapping) and "match" in raw:
                return self._group(raw, path)
            return self._line(raw)
        except Unfit as error:
            self.troubles[path] = str(error)
            return None

    def _group(self, raw: Mapping[str, Any], path: Path) -> Group:
        if raw["match"] not in Match.values or set(raw) != {"match", "parts"} or not isinstance(raw["parts"], list):
            raise Unfit(_("This group says neither all, any nor none."))
        if len(path) >= DEEPEST:
            raise Unfit(_("Groups can stand in one another %(n)d deep at most.") % {"n": DEEPEST})
        if path and not raw["parts"]:
            raise Unfit(_("Add a question to this group, or remove it."))
        parts = [self.read(part, (*path, place)) for place, part in enumerate(raw["parts"])]
        return Group(Match(raw["match"]), tuple(part for part in parts if part is not None))

    def _line(self, raw: Any) -> Line:
        self.count += 1
        if self.count > MOST_LINES:
            raise Unfit(_("A segment has %(n)d questions at most.") % {"n": MOST_LINES})
        if not isinstance(raw, Mapping):
            raise Unfit(_("This question cannot be read."))
        criterion = self.known.get(str(raw.get("ask")))
        if criterion is None:
            raise Unfit(_("This question is no longer there. Choose another, or remove it."))
        how = criterion.by_name.get(str(raw.get("how")))
        if how is None:
            raise Unfit(_("This way of asking is not there. Choose another."))
        values = {blank.name: blank.clean(raw.get(blank.name, "")) for blank in how.blanks}
        how.check(values)
        return Line(criterion, how, values)
