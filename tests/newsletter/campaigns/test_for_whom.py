"""Blocks that are for some: who gets which letter, what is counted and shown of it, and what nobody may see."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from content.translating import translate
from delivery import links, sending
from delivery.counting import by_way
from delivery.models import Message
from journal.models import Entry
from newsletter.campaigns import actions, audience, matrix
from newsletter.editions import checks
from newsletter.editions.models import EditionIndexPage, EditionPage
from newsletter.editions.ways import InWays, part_for
from patients.models import Channel, Patient, Procedure, Reader
from patients.segments.actions import archive
from tests.cast import sign_in
from tests.factories import editions, patients
from tests.factories.practice import ServiceFactory
from tests.factories.segments import SegmentFactory

pytestmark = pytest.mark.django_db


def text(heading: str, for_whom: str = "") -> dict[str, Any]:
    return editions.block("text", heading=heading, text=f"<p>{heading}.</p>", for_whom=for_whom)


def letter(*blocks: dict[str, Any], **attributes: Any) -> EditionPage:
    page = editions.edition(blocks=[text("For all"), *blocks], slug="ruled", live=False, **attributes)
    page.save_revision()
    return EditionPage.objects.get(pk=page.pk)


@pytest.fixture
def spanish(location: Any) -> EditionPage:
    return letter(text("Solo en español", "language:es"), text("Una cuenta", "account:has_none"))


@pytest.fixture
def mixed(location: Any) -> list[Reader]:
    return [
        patients.letter_reader(email="en@home.example", language="en"),
        patients.letter_reader(email="es@home.example", language="es"),
        patients.letter_reader(email="es2@home.example", language="es"),
    ]


def sent(edition: EditionPage, by: Any) -> dict[str, Message]:
    campaign = actions.start(edition=edition, by=by)
    assert campaign.dispatch is not None
    return {row.address: row for row in campaign.dispatch.messages.all()}


def numbers(edition: EditionPage, user: Any) -> matrix.Matrix | None:
    readership = audience.readership_of(edition)
    counted, _missing = audience.of_letter(audience.key_of(edition), readership)
    return matrix.of(InWays(edition), counted, readership, user=user)


def test_a_letter_without_rules_has_one_way_and_old_blocks_are_for_everyone(draft: EditionPage, hannah: Any) -> None:
    whole = InWays(draft)
    assert not whole.rules
    assert len(draft.blocks_for()) == len(draft.body)
    assert numbers(draft, hannah) is None


def test_each_reader_gets_the_blocks_that_are_for_them(spanish: EditionPage, mixed: list[Reader], okafor: Any) -> None:
    rows = sent(spanish, okafor)
    assert {address: row.variant for address, row in rows.items()} == {
        "en@home.example": "B",
        "es@home.example": "AB.es",
        "es2@home.example": "AB.es",
    }
    dispatch = rows["en@home.example"].dispatch
    assert dispatch is not None
    assert "Solo" not in dispatch.letter_in("B")["html"]
    assert "Solo" in dispatch.letter_in("AB.es")["html"]
    assert "Una cuenta" not in dispatch.letter["text"]
    assert dispatch.letter_in("AB.es")["language"] == "es"


def test_the_letter_in_the_browser_is_the_one_that_was_sent(
    spanish: EditionPage, mixed: list[Reader], okafor: Any, client: Client
) -> None:
    rows = sent(spanish, okafor)
    sending.work()
    for address, has_it in (("en@home.example", False), ("es@home.example", True)):
        page = client.get(links.url("view", rows[address]).removeprefix("http://localhost:8000"))
        assert page.status_code == 200
        assert (b"Solo en" in page.content) is has_it


def test_what_is_for_some_stands_on_no_public_page_and_is_not_found(
    spanish: EditionPage, mixed: list[Reader], okafor: Any, client: Client
) -> None:
    sent(spanish, okafor)
    page = EditionPage.objects.get(pk=spanish.pk)
    assert "Solo" not in page.words_for_everyone()
    assert "For all" in page.words_for_everyone()
    answer = client.get(page.url)
    feed = client.get("/newsletter/feed.xml")
    for public in (answer.content, feed.content):
        assert b"For all" in public
        assert b"Solo" not in public


def test_a_picture_for_some_is_not_the_picture_of_the_letter(location: Any) -> None:
    shot = editions.picture()
    hero = editions.block("hero", picture=shot.pk, heading="Hola", greeting="", text="", for_whom="language:es")
    page = letter(hero)
    assert page.picture_id is None
    assert not page.has_opening


def test_who_reads_spanish_gets_the_translation_once_it_is_published(mixed: list[Reader]) -> None:
    english = letter(text("Only here", "language:en"))
    home = translate(editions.home().specific, "es", title="Inicio")
    translate(EditionIndexPage.objects.get(), "es", title="La carta")
    assert home.live
    body = EditionPage._meta.get_field("body").to_python([text("Para todos"), text("Más", "account:has_none")])
    words = {"title": "Noviembre", "subject": "Hola", "body": body, "issued_on": english.issued_on}
    translation = translate(english, "es", **words)
    rows = sent(english, None)
    assert rows["es@home.example"].variant == "B.es"
    dispatch = rows["es@home.example"].dispatch
    assert dispatch is not None
    written = dispatch.letter_in("B.es")
    assert written["subject"] == "Hola"
    assert "Para todos" in written["html"]
    assert "For all" in dispatch.letter["html"]
    with pytest.raises(actions.Impossible):
        actions.start(edition=translation, by=None)


def test_a_rule_of_a_segment_that_was_put_away_is_named_and_nothing_leaves(
    location: Any, mixed: list[Reader], hannah: Any, okafor: Any
) -> None:
    segment = SegmentFactory.create(name="Readers of Spanish")
    edition = letter(text("Hola", f"segment:{segment.ref}"))
    assert not [check for check in checks.run(edition) if check.is_in_the_way]
    archive(segment=segment, by=hannah)
    (found,) = [check for check in checks.run(edition) if check.is_in_the_way]
    assert found.sentence == "Text: The segment “Readers of Spanish” was put away. Choose another."
    assert f"{edition.body[1].id}.for_whom" in found.where
    with pytest.raises(actions.NotReady):
        actions.start(edition=edition, by=okafor)


@pytest.mark.parametrize("key", ["segment:SG-0000", "had:999999", "location:999999", "age:1-2", "weather:rain"])
def test_a_rule_that_nobody_can_ask_is_a_fault_in_words(key: str, location: Any) -> None:
    edition = letter(text("Hola", key))
    (found,) = [check for check in checks.run(edition) if check.is_in_the_way]
    assert found.sentence.startswith("Text: ")
    assert part_for(edition).body[0].value["heading"] == "For all"


def test_a_letter_whose_every_block_is_for_some_is_refused(location: Any) -> None:
    page = editions.edition(blocks=[text("Hola", "language:es")], slug="all-ruled")
    assert any("empty letter" in check.sentence for check in checks.run(page) if check.is_in_the_way)


def test_more_groups_than_anybody_looks_through_are_refused(location: Any) -> None:
    for place in range(9):
        SegmentFactory.create(name=f"Segment {place}", ref=f"SG-T{place}")
    edition = letter(*(text(f"Block {place}", f"segment:SG-T{place}") for place in range(9)))
    assert any("9 different groups" in check.sentence for check in checks.run(edition) if check.is_in_the_way)


@pytest.fixture
def by_health(location: Any, mixed: list[Reader]) -> EditionPage:
    service = ServiceFactory.create(name="Implants")
    patient = Patient.objects.create(reader=mixed[0], born_on=date(1960, 1, 1))
    Procedure.objects.create(patient=patient, service=service, code="D6010", done_on=date(2026, 1, 5))
    return letter(text("Care of your implant", f"had:{service.pk}"))


def test_a_rule_by_health_wants_the_right_to_choose_by_health_and_leaves_its_mark(
    by_health: EditionPage, hannah: Any, okafor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("newsletter.campaigns.policy.may_choose_by_health", lambda _user: False)
        with pytest.raises(PermissionDenied):
            actions.start(edition=by_health, by=hannah)
    assert not Message.objects.exists()
    assert [
        check.name for check in checks.run(by_health) if check.wants_a_look and "Chosen by health" in check.sentence
    ]
    rows = sent(by_health, okafor)
    assert rows["en@home.example"].variant == "A"
    assert Entry.objects.get(verb="campaign.started").particulars["clinical"] is True


def test_the_matrix_is_what_is_frozen_and_adds_up(spanish: EditionPage, mixed: list[Reader], okafor: Any) -> None:
    patients.letter_reader(email="es@home.example", language="en")
    found = numbers(spanish, okafor)
    assert found is not None
    assert found.letters == 3
    frozen = [row.variant for row in sent(spanish, okafor).values()]
    assert {row.way: row.letters for row in found.rows} == {way: frozen.count(way) for way in frozen}
    assert [row.name for row in found.rows] == ["A", "B"]


def test_who_may_not_see_patients_reads_no_small_number_of_health(
    by_health: EditionPage, hannah: Any, okafor: Any
) -> None:
    exact, rounded = numbers(by_health, okafor), numbers(by_health, hannah)
    assert exact is not None
    assert rounded is not None
    assert {row.way: row.letters for row in exact.rows} == {"A": 1, ".es": 2}
    assert {row.way: row.letters for row in rounded.rows} == {"": 1, ".es": 2}
    assert [(label, about.figure) for label, about in rounded.by_health] == [
        ("Had: Implants (by health)", "fewer than 20")
    ]


def test_counting_asks_the_same_questions_however_many_people(
    spanish: EditionPage, mixed: list[Reader], okafor: Any, django_assert_num_queries: Any
) -> None:
    letter_in_ways, readership = InWays(spanish), audience.readership_of(spanish)
    readers, ways = audience.recipients(audience.segment_named("everyone"), readership), letter_in_ways.ways
    for _ in range(2):
        with django_assert_num_queries(3):
            assert sum(by_way(Channel.EMAIL, readers, ways, held_back=False).values()) == 3


def test_the_send_page_shows_the_letters_and_leads_to_each(desk: Client, spanish: EditionPage, mixed: Any) -> None:
    page = desk.get(f"/admin/newsletters/{spanish.pk}/send/").content.decode()
    assert "What will really be sent: 2 different letters" in page
    assert f"/admin/newsletters/{spanish.pk}/preview/?as=way:AB.es" in page


@pytest.mark.parametrize(
    ("asked", "has_it"), [("", False), ("all", True), ("way:AB.es", True), ("way:B", False), ("segment:everyone", True)]
)
def test_the_letter_is_looked_at_as_somebody(
    asked: str, has_it: bool, desk: Client, spanish: EditionPage, mixed: list[Reader]
) -> None:
    frame = desk.get(f"/admin/newsletters/{spanish.pk}/preview/letter/", {"as": asked})
    assert frame.status_code == 200
    assert (b"Solo en" in frame.content) is has_it
    assert desk.get(f"/admin/newsletters/{spanish.pk}/preview/", {"as": asked}).status_code == 200


@pytest.mark.parametrize("asked", ["way:Z", "way:A.fr", "segment:nobody-knows", "weather"])
def test_nobody_looks_as_what_there_is_not(asked: str, desk: Client, spanish: EditionPage) -> None:
    assert desk.get(f"/admin/newsletters/{spanish.pk}/preview/letter/", {"as": asked}).status_code == 404
    assert b'role="alert"' in desk.get(f"/admin/newsletters/{spanish.pk}/preview/", {"as": asked}).content


def test_an_editor_sees_no_patient_and_who_may_is_written_down(
    desk: Client, client: Client, spanish: EditionPage, mixed: list[Reader], okafor: Any
) -> None:
    patient = Patient.objects.create(reader=mixed[1], born_on=date(1960, 1, 1))
    Reader.objects.filter(pk=mixed[1].pk).update(given_name="Ana")
    where = f"/admin/newsletters/{spanish.pk}/preview/"
    for path in (where, f"{where}letter/"):
        refused = desk.get(path, {"as": f"patient:{patient.ref}"})
        assert (refused.status_code, refused.headers["Location"]) == (302, "/admin/")
    assert b"As a patient" not in desk.get(where).content
    sign_in(client, okafor)
    assert client.get(where, {"q": "Ana"}).content.count(patient.ref.encode()) == 1
    frame = client.get(f"{where}letter/", {"as": f"patient:{patient.ref}"})
    assert b"Solo en" in frame.content
    assert Entry.objects.filter(verb="patient.viewed", about=f"patient:{patient.ref}").exists()
    assert client.get(f"{where}letter/", {"as": "patient:PT-0000"}).status_code == 404
