"""Whatever the rules and whoever the readers: the letters that the Send page counts are the rows that are frozen."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from newsletter.campaigns import actions, audience, matrix
from newsletter.editions.models import EditionPage
from newsletter.editions.ways import InWays
from patients.actions import suppress
from patients.models import Channel, ContactPoint, Patient, PatientStatus, Procedure, SuppressionReason
from practice import clocks
from practice.models import Location, Service
from tests.factories import editions
from tests.factories.patients import ReaderFactory, agree
from tests.factories.practice import ServiceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
RULES = ["language:es", "account:has", "account:has_none", "age:0-17", "age:40-64", "age:65-", "location:{place}"]
RULES += ["had:{service}", "segment:lapsed"]
PERSON = st.fixed_dictionaries(
    {
        "mailbox": st.sampled_from(["a", "b", "c", "own", "own", ""]),
        "language": st.sampled_from(["en", "en", "es"]),
        "years": st.sampled_from([None, 9, 17, 18, 40, 64, 65, 80]),
        "status": st.sampled_from([PatientStatus.ACTIVE, PatientStatus.ACTIVE, PatientStatus.MOVED]),
        "agreed": st.sampled_from([True, True, True, False, None]),
        "account": st.booleans(),
        "placed": st.booleans(),
        "had": st.booleans(),
        "answers_for_last": st.booleans(),
        "shut": st.sampled_from([False, False, False, True]),
    }
)


def crowd(told: list[dict[str, Any]], location: Location, service: Service) -> None:
    """Make people who share mailboxes, have children, said no, moved, or cannot be reached."""
    before: Patient | None = None
    for number, one in enumerate(told):
        reader = ReaderFactory.create(kind="patient", language=one["language"], email="")
        if one["account"]:
            reader.user = User.objects.create_user(f"own{number}@crowd.example")
            reader.save()
        born = clocks.today().replace(day=1, year=clocks.today().year - one["years"]) if one["years"] else None
        place = location if one["placed"] else None
        patient = Patient.objects.create(reader=reader, born_on=born, location=place, status=one["status"])
        if one["had"]:
            Procedure.objects.create(patient=patient, service=service, code="D1110", done_on=clocks.today())
        if one["mailbox"]:
            name = f"own{number}" if one["mailbox"] == "own" else one["mailbox"]
            ContactPoint.objects.create(reader=reader, channel=Channel.EMAIL, address=f"{name}@crowd.example")
            if one["shut"]:
                address = f"{name}@crowd.example"
                suppress(channel=Channel.EMAIL, address=address, reason=SuppressionReason.HARD_BOUNCE, by=None)
        if one["agreed"] is not None:
            agree(reader, is_given=one["agreed"])
        if before is not None and one["answers_for_last"]:
            before.responsible = patient
            before.save()
        before = patient


def letter(rules: list[str]) -> EditionPage:
    """Return a letter with a block for everyone and one for each rule."""
    blocks = [editions.block("text", heading="For all", text="<p>Hello.</p>")]
    blocks += [editions.block("text", heading=rule, text="<p>For you.</p>", for_whom=rule) for rule in rules]
    page = editions.edition(blocks=blocks, slug="any", live=False)
    page.save_revision()
    return EditionPage.objects.get(pk=page.pk)


@settings(
    max_examples=25,
    deadline=None,
    phases=set(Phase) - {Phase.shrink, Phase.explain},
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=st.lists(PERSON, min_size=1, max_size=7), rules=st.lists(st.sampled_from(RULES), unique=True, max_size=4))
def test_what_is_counted_is_what_is_frozen(
    location: Location, okafor: User, told: list[dict[str, Any]], rules: list[str]
) -> None:
    with transaction.atomic():
        service = ServiceFactory.create()
        crowd(told, location, service)
        page = letter([rule.format(place=location.pk, service=service.pk) for rule in rules])
        counted, _missing = audience.of_letter(audience.key_of(page), audience.readership_of(page))
        found = matrix.of(InWays(page), counted, audience.readership_of(page), user=okafor)
        frozen: Counter[str] = Counter()
        if counted.letters:
            campaign = actions.start(edition=page, by=okafor)
            assert campaign.dispatch is not None
            frozen.update(campaign.dispatch.messages.values_list("variant", flat=True))
        if found is not None:  # without a rule everybody gets the same, and there is nothing to show
            assert {row.way: row.letters for row in found.rows} == dict(frozen)
        assert counted.letters == sum(frozen.values())
        transaction.set_rollback(True)
