"""Every table of states in one: what may follow what, and who may do it."""

from __future__ import annotations

from typing import Any

from delivery.states import TRANSITIONS as DELIVERY
from newsletter.campaigns.states import TRANSITIONS as CAMPAIGNS
from patients.states import IMPORT_TRANSITIONS
from referral_portal.cases import states as cases
from referral_portal.referrals import states as referrals


def tables() -> dict[str, list[dict[str, Any]]]:
    """Return the tables by their noun in the plural; each line says machine, state, action, role and next state."""
    found: dict[str, list[dict[str, Any]]] = {"cases": [], "appointments": [], "referrals": referrals.table()}
    for line in cases.table():
        found["appointments" if line["machine"] == "visit" else "cases"].append(line)
    machines: dict[str, tuple[Any, ...]] = {**CAMPAIGNS, **DELIVERY, "import": IMPORT_TRANSITIONS}
    for name, transitions in machines.items():
        found[f"{name}es" if name.endswith("ch") else f"{name}s"] = [
            {
                "machine": name,
                "state": str(line.state),
                "action": line.action,
                "role": line.who,
                "next": str(line.next_state),
            }
            for line in transitions
        ]
    return found
