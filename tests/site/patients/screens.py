"""How a test asks for the screens of patients."""

from __future__ import annotations

from typing import Any

from django.test import Client

from patients.models import Patient


def page(client: Client, patient: Patient, way: str = "", **query: str) -> Any:
    """Return the answer to a page of a record."""
    return client.get(f"/admin/patients/{patient.ref}/{way}", query)


def post(client: Client, patient: Patient, way: str, **values: Any) -> Any:
    """Return the answer to an act on a record."""
    return client.post(f"/admin/patients/{patient.ref}/{way}/", values)


def text(response: Any) -> str:
    """Return the words of an answer."""
    return str(response.content.decode())
