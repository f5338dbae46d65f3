"""The reference pages of docs/, made from the code itself, so that they cannot grow old."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.doors import Declaration, declaration_of
from accounts.roles import PERMISSIONS, SECOND_FACTOR, Role
from config.env import VARIABLES
from delivery.states import TRANSITIONS as DELIVERY
from newsletter.campaigns.states import TRANSITIONS as CAMPAIGNS
from patients.states import IMPORT_TRANSITIONS
from referral_portal.cases import states as cases
from referral_portal.referrals import states as referrals

MADE = "<!-- Made by `make reference` from the code; edit the code instead. -->\n\n"
OURS = ("config.", "home.", "newsletter.", "referral_portal.", "delivery.", "content.", "patients.", "accounts.")


def pages() -> dict[str, str]:
    """Return each page of docs/reference/ by its file name."""
    return {
        "environment.md": MADE + environment(),
        "roles.md": MADE + roles(),
        "addresses.md": MADE + addresses(),
        "states.md": MADE + states(),
    }


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    head = list(heads)
    lines = [head, ["---"] * len(head), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def environment() -> str:
    """Return the page of variables."""
    rows = [(f"`{name}`", default, meaning) for name, (default, meaning) in VARIABLES.items()]
    words = (
        "# Environment\n\nNothing set at all is the embedded default. Each may also be given as `NAME_FILE`, the path "
        "of a file that holds the value. A malformed value is one clear line at start, and nothing starts.\n\n"
    )
    return words + _table(["Variable", "Unset", "Meaning"], rows)


def roles() -> str:
    """Return the page of who may do what."""
    heads = ["Permission", *(f"{role.label}" for role in Role)]
    rows = [
        [f"`{name}`", *("yes" if role in held else "" for role in Role)] for name, held in sorted(PERMISSIONS.items())
    ]
    second = ", ".join(str(role.label).lower() for role in Role if role in SECOND_FACTOR)
    return f"# Roles\n\nA second factor is demanded of: {second}.\n\n" + _table(heads, rows)


def addresses() -> str:
    """Return the page of our own routes, and who may use each."""
    rows = sorted(
        (f"`{simplify_regex(route)}`", f"`{name}`" if name else "", _who(declaration))
        for route, name, declaration in _routes(get_resolver().url_patterns)
        if not route.startswith("demo/")
    )
    words = (
        "# Addresses\n\nOur own routes. Those that Wagtail and allauth bring, with who may use them and why, stand in "
        "`site/accounts/library_routes.py`. Every other public address is a page that an editor made.\n\n"
    )
    return words + _table(["Address", "Name", "Who may"], rows)


def _routes(
    patterns: Iterable[Any], prefix: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, Declaration | None]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, [namespace, pattern.namespace or ""]))
            yield from _routes(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern) and _is_ours(pattern):
            yield route, ":".join(filter(None, [namespace, pattern.name or ""])), declaration_of(pattern.callback)


def _is_ours(pattern: URLPattern) -> bool:
    return declaration_of(pattern.callback) is not None or str(pattern.callback.__module__).startswith(OURS)


def _who(declaration: Declaration | None) -> str:
    if declaration is None:
        return "anybody"
    if declaration.permission:
        return f"who has `{declaration.permission}`"
    words = {"public": "anybody", "signed_in": "whoever signed in"}
    return words.get(declaration.who, f"the holder of a link signed for `{declaration.purpose}`")


def state_rows() -> list[dict[str, Any]]:
    """Return every line of every table of states: machine, state, action, role and the next state."""
    rows = [*cases.table(), *referrals.table()]
    machines: dict[str, tuple[Any, ...]] = {**CAMPAIGNS, **DELIVERY, "import": IMPORT_TRANSITIONS}
    for machine, lines in machines.items():
        rows.extend(
            {"machine": machine, "state": line.state, "action": line.action, "role": line.who, "next": line.next_state}
            for line in lines
        )
    return rows


def states() -> str:
    """Return the page of what may follow what, with a diagram for each table."""
    parts = ["# States\n\nWhat may follow what; `python manage.py states --json` prints the same tables whole.\n"]
    for machine, found in groupby(state_rows(), key=lambda row: str(row["machine"])):
        rows = list(found)
        moves: dict[tuple[str, str], list[str]] = {}
        who: dict[tuple[str, str, str], list[str]] = {}
        for row in rows:
            state, action, target = row["state"] or "[*]", row["action"], row["next"]
            who.setdefault((state, action, target), []).append(row["role"])
            if state != target and action not in moves.setdefault((state, target), []):
                moves[state, target].append(action)
        arrows = "\n".join(f"    {state} --> {target}: {', '.join(acts)}" for (state, target), acts in moves.items())
        table = [
            (f"`{state}`", action, f"`{target}`", ", ".join(dict.fromkeys(roles)))
            for (state, action, target), roles in who.items()
        ]
        parts.append(f"\n## {machine.capitalize()}\n\n```mermaid\nstateDiagram-v2\n{arrows}\n```\n\n")
        parts.append(_table(["From", "Action", "To", "Who"], table))
    return "".join(parts)
