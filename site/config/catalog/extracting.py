"""What a template or a module says through gettext, and what in a module no translator could mend."""

from __future__ import annotations

import ast
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation.template import templatize

TRANSLATING = "django.utils.translation"
# which arguments hold the context, the singular and the plural
CALLS = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
KEYWORDS = ("context", "singular", "plural")
NAMES = {"context": {"context"}, "singular": {"message", "singular"}, "plural": {"plural"}}
IN_TEMPLATES = {"_": "gettext", **{name: name for name in CALLS}}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Untranslatable(Exception):
    """A call of gettext whose words a catalog cannot hold."""


@dataclass(frozen=True, order=True)
class Saying:
    """One thing that is said: in one form or, counted, in two; a context tells equal words apart."""

    singular: str
    plural: str = ""
    context: str = ""

    @property
    def msgid(self) -> str | tuple[str, str]:
        """Return the words as Babel's catalog has them."""
        return (self.singular, self.plural) if self.plural else self.singular


def of_template(source: str, origin: str) -> Iterator[Saying]:
    """Yield what a template says in its tags, filters and blocks.

    Args:
        source: the template, of whatever ending.
        origin: its name, for the error of a block that holds another tag.
    """
    from babel.messages.extract import extract_python

    # within brackets Python's tokens know no indentation, so the markup around the calls is only noise
    calls = io.BytesIO(f"({templatize(source, origin=origin)}\n)".encode())
    for _line, name, found, _comments in extract_python(calls, dict.fromkeys(IN_TEMPLATES), (), {}):
        words = found if isinstance(found, tuple) else (found,)
        where = CALLS[IN_TEMPLATES[str(name)]]
        context, singular, plural = ("" if at is None else str(words[at]) for at in where)
        yield Saying(singular, plural, context)


def of_module(source: str, only: Collection[str] = ()) -> Iterator[Saying]:
    """Yield what a module says.

    Args:
        source: the module's text.
        only: the names of those functions, classes and constants in it that are read; none for all of it.

    Raises:
        Untranslatable: for words that are put together before they are looked up, or looked up at import.
    """
    tree = ast.parse(source)
    if missing := set(only) - {name for node in ast.walk(tree) for name in _names(node)}:
        raise Untranslatable(f"it has no {', '.join(sorted(missing))}")
    yield from _Reader(_aliases(tree), only).read(tree, is_read=not only)


def _aliases(tree: ast.Module) -> dict[str, str]:
    """Return the function of django.utils.translation behind each name that the module gives it."""
    return {
        name.asname or name.name: name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == TRANSLATING
        for name in node.names
    }


class _Reader:
    """Walks a module and knows, at each call, in which parts of it the call stands."""

    def __init__(self, aliases: dict[str, str], only: Collection[str]) -> None:
        self.aliases = aliases
        self.only = only

    def read(self, node: ast.AST, *, is_read: bool, runs_later: bool = False) -> Iterator[Saying]:
        """Yield what is said below a node, in its order.

        Args:
            node: whose children are looked at.
            is_read: whether the node is a part that is read.
            runs_later: whether it is of a function, so that its words are looked up for each reader.
        """
        for child in ast.iter_child_nodes(node):
            is_part = is_read or bool(_names(child) & set(self.only))
            is_later = not isinstance(child, ast.ClassDef) and (runs_later or isinstance(child, FUNCTIONS))
            if isinstance(child, ast.Call) and is_part and (function := self._function(child)):
                yield from _said(child, function, at_import=not runs_later)
            yield from self.read(child, is_read=is_part, runs_later=is_later)

    def _function(self, call: ast.Call) -> str:
        """Return the plain name of the function that is called, with `_lazy` or `_noop`; empty for any other."""
        if isinstance(call.func, ast.Name):
            name = self.aliases.get(call.func.id, "")
        elif isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "translation":
            name = call.func.attr
        else:
            name = ""
        return name if _plain(name) in CALLS else ""


def _names(node: ast.AST) -> set[str]:
    """Return what a node gives a name to: a function, a class, a constant."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    return set()


def _plain(function: str) -> str:
    return function.removesuffix("_lazy").removesuffix("_noop")


def _said(call: ast.Call, function: str, *, at_import: bool) -> Iterator[Saying]:
    """Yield what a call says: nothing where it looks up words that were kept, and noted elsewhere by gettext_noop."""
    if at_import and function in CALLS:
        raise Untranslatable(f"line {call.lineno}: {function} is looked up once, at import; take {function}_lazy")
    where = CALLS[_plain(function)]
    if call.args and _plain(function) == "gettext" and isinstance(call.args[0], ast.Name | ast.Attribute):
        return
    words = {
        part: "" if at is None else _words(call, at, NAMES[part]) for part, at in zip(KEYWORDS, where, strict=True)
    }
    yield Saying(**words)


def _words(call: ast.Call, at: int, names: set[str]) -> str:
    given: list[Any] = [keyword.value for keyword in call.keywords if keyword.arg in names]
    node = call.args[at] if at < len(call.args) else next(iter(given), None)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise Untranslatable(f"line {call.lineno}: these words are put together before they are looked up")
