"""The figures of the list of patients: one page of it and one search, by a real server, over whoever is there."""

from __future__ import annotations

import tempfile
import time
from itertools import chain
from pathlib import Path
from urllib.parse import urlencode

from config.benching.measures import RUNS, Measure, percentile
from config.benching.web import served
from config.running.preparing import HOST
from config.running.supervising import environment, server_command
from config.touring.browser import Browser
from config.touring.stage import free_port
from patients import finding
from patients.models import Channel, ContactPoint, Patient, PatientStatus

LIST = "/admin/patients/"
EACH = 8  # people whose names, numbers and birthdays are looked for
GOAL = "p95 under 150 ms at 1,000,000 patients on PostgreSQL"


def measured() -> list[Measure]:
    """Return the measures of the list and of the search, asked as the coordinator of the demo at hand.

    Raises:
        NoServer: when the server does not come up.
        StoryBroken: when a page is not answered as it should be.
    """
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="goodword-bench-") as folder:
        env = environment(DEMO="1", PORT=str(port), SITE_URL=f"http://{HOST}:{port}")
        with served("the site", server_command(port), env, port, Path(folder)):
            rosa = Browser(f"http://{HOST}:{port}")
            page = rosa.get("/demo/as/coordinator/")
            rosa.submit(page, page.form("/demo/as/coordinator/"))
            return [_p95(rosa, "patients.list", lists()), _p95(rosa, "patients.search", searches())]


def lists() -> list[str]:
    """Return addresses of the list: every view, every status, and pages far down."""
    far = Patient.objects.order_by("pk").values_list("ref", flat=True)
    middle = far[far.count() // 2]
    queries = [{"view": view} for view in finding.VIEWS]
    queries += [{"view": "all", "status": status} for status in PatientStatus.values]
    queries += [{"view": view, "after": middle} for view in finding.VIEWS]
    return [f"{LIST}?{urlencode(query)}" for query in queries]


def searches() -> list[str]:
    """Return addresses of searches, each way of asking for each of some people that lie far apart."""
    refs = Patient.objects.order_by("pk").values_list("pk", flat=True)
    step = max(1, refs.count() // EACH)
    people = [Patient.objects.select_related("reader").get(pk=refs[number * step]) for number in range(EACH)]
    texts = chain.from_iterable(map(_asked_for, people))
    return [f"{LIST}?{urlencode({'q': text})}" for text in texts]


def _asked_for(patient: Patient) -> list[str]:
    reader = patient.reader
    points = ContactPoint.objects.filter(reader=reader)
    texts = [f"{reader.given_name} {reader.family_name}", reader.family_name, reader.family_name[:2], reader.given_name]
    texts += [point.address for point in points if point.channel in {Channel.EMAIL, Channel.SMS}]
    texts += [point.ending for point in points if point.ending]
    texts += [patient.born_on.strftime("%m/%d/%Y")] if patient.born_on else []
    return texts


def _p95(rosa: Browser, name: str, addresses: list[str]) -> Measure:
    for address in addresses:
        rosa.get(address)
    values = []
    for _ in range(RUNS):
        taken = []
        for address in addresses:
            begun = time.perf_counter()
            rosa.get(address)
            taken.append((time.perf_counter() - begun) * 1000)
        values.append(percentile(taken, 0.95))
    return Measure(name=name, unit="ms", values=values, goal=f"{GOAL}; {len(addresses)} addresses a run")
