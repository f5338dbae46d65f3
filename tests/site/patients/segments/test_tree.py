"""Trees are read strictly, with errors in plain words, and said in one sentence."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.models import Attribute, Tag
from patients.segments import EVERYONE_WHO_GETS_LETTERS, Broken, by_name, catalogue, compiled, in_words, parse
from patients.segments.ready_made import READY_MADE
from patients.segments.registry import criterion
from patients.segments.tree import MOST_LINES
from tests.factories.segments import SegmentFactory

pytestmark = pytest.mark.django_db
SPANISH = {"ask": "language", "how": "is", "among": ["es"]}
INSIDE = "(who read Spanish, and whose last visit was more than 18 months ago))."
QUIET = {"ask": "last_visit", "how": "before", "span": "18 months"}


def group(*parts: Any, match: str = "all") -> dict[str, Any]:
    return {"match": match, "parts": list(parts)}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (None, "neither all, any nor none"),
        ([], "neither all, any nor none"),
        ({"match": "some", "parts": []}, "neither all, any nor none"),
        ({"match": "all", "parts": {}}, "neither all, any nor none"),
        ({"match": "all", "parts": [], "sql": "1=1"}, "neither all, any nor none"),
        (group(), "Add at least one question"),
        (group(group()), "Add a question to this group"),
        (group({"ask": "nonsense"}), "no longer there"),
        (group({"ask": "last_visit", "how": "nonsense"}), "This way of asking is not there"),
        (group({"ask": "last_visit", "how": "before", "span": "some months"}), "whole number"),
        (group({"ask": "last_visit", "how": "before", "span": "0 months"}), "whole number"),
        (group({"ask": "last_visit", "how": "before", "span": "18 moons"}), "whole number"),
        (group({"ask": "last_visit", "how": "between", "from": "2026-02-30", "to": "2026-03-01"}), "Fill in a day"),
        (
            group({"ask": "last_visit", "how": "between", "from": "2026-03-02", "to": "2026-03-01"}),
            "must not come after",
        ),
        (group({"ask": "age", "how": "at_least", "years": "old"}), "whole number"),
        (group({"ask": "age", "how": "at_least", "years": 131}), "from 0 to 130"),
        (group({"ask": "status", "how": "is", "among": []}), "Choose at least one"),
        (group({"ask": "status", "how": "is", "among": ["alive"]}), "no longer there"),
        (group({"ask": "status", "how": "is", "among": {"a": 1}}), "Choose from the list"),
        (
            group({"ask": "consent", "how": "yes", "channel": "fax", "purpose": "own_services"}),
            "Choose one of the list",
        ),
        (group({"ask": "distance", "how": "within", "miles": 10, "zip": "00000"}), "do not know where ZIP code 00000"),
        (group({"ask": "distance", "how": "within", "miles": 10, "zip": "Elm St"}), "five digits"),
        (group({"ask": "distance", "how": "within", "miles": 101, "zip": "98101"}), "from 1 to 100"),
        (group({"ask": "source", "how": "is", "text": "a\nb"}), "on one line"),
        (group({"ask": "source", "how": "is", "text": " "}), "some text"),
        (group("text"), "cannot be read"),
        (group(group(group(group(group(SPANISH))))), "4 deep at most"),
        (group(*[SPANISH] * (MOST_LINES + 1)), "40 questions at most"),
    ],
)
def test_what_cannot_be_asked_says_why(raw: Any, words: str) -> None:
    with pytest.raises(Broken, match=words):
        parse(raw)


def test_each_trouble_is_named_at_its_place() -> None:
    with pytest.raises(Broken) as caught:
        parse(group(SPANISH, group({"ask": "nonsense"}, {"ask": "age", "how": "under", "years": -1}, match="any")))
    assert set(caught.value.troubles) == {(1, 0), (1, 1)}


def test_a_tree_is_kept_in_its_one_form() -> None:
    raw = group(
        {"ask": "age", "how": "between", "from": " 18 ", "to": "35", "odd": 1}, {**QUIET, "span": ["18", "months"]}
    )
    kept = parse(raw).as_json()
    assert kept == group({"ask": "age", "how": "between", "from": 18, "to": 35}, QUIET)
    assert parse(kept).as_json() == kept


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (group(SPANISH), "People who read Spanish."),
        (group(QUIET, SPANISH), "People whose last visit was more than 18 months ago, and who read Spanish."),
        (
            group(QUIET, group({"ask": "status", "how": "is", "among": ["moved", "deceased"]}, match="none")),
            "People whose last visit was more than 18 months ago, but none who are moved or deceased.",
        ),
        (
            group(QUIET, SPANISH, match="none"),
            "Everyone but those whose last visit was more than 18 months ago or who read Spanish.",
        ),
        (
            group(SPANISH, group(QUIET, group(SPANISH, QUIET), match="any")),
            "People who read Spanish, and (whose last visit was more than 18 months ago or " + INSIDE,
        ),
    ],
)
def test_a_tree_is_said_in_one_sentence(raw: Any, expected: str) -> None:
    assert in_words(parse(raw)) == expected


def test_hostile_text_is_neither_a_mark_nor_a_blank_of_the_sentence() -> None:
    raw = group({"ask": "source", "how": "is", "text": "*{span}* <b>%(what)s"})
    assert in_words(parse(raw)) == "People who came to us by “*{span}* <b>%(what)s”."


def test_an_attribute_s_name_cannot_break_its_sentence() -> None:
    Attribute.objects.create(slug="odd", label="50% *off* {now}", kind="yes_no", nature="clinical")
    for how in ("yes", "recorded", "missing"):
        assert "50%" in in_words(parse(group({"ask": "attribute:odd", "how": how})))


def test_clinical_is_what_tells_about_health() -> None:
    tag = Tag.objects.create(name="Anxious", nature="clinical")
    plain = Tag.objects.create(name="Choir", nature="identity")
    assert parse(group({"ask": "had_code", "how": "ever", "code": "D4341"})).is_clinical
    assert parse(group(SPANISH, group({"ask": "tag", "how": "has", "among": [str(tag.pk)]}, match="any"))).is_clinical
    assert not parse(group({"ask": "tag", "how": "has", "among": [str(plain.pk)]}, SPANISH, QUIET)).is_clinical
    mixed = parse(group(SPANISH, group({"ask": "had_code", "how": "ever", "code": "D4341"}, match="none")))
    assert mixed.without_clinical().as_json() == group(SPANISH)


def test_two_rooms_cannot_answer_one_question() -> None:
    with pytest.raises(ValueError, match="already"):
        criterion("language", label="Tongue", group="Who", hows=catalogue()["language"].hows)


def test_every_ready_made_segment_can_be_asked_and_is_one_statement() -> None:
    for one in READY_MADE.values():
        question = compiled(parse(one.tree))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            question.count()
        assert len(asked) == 1


def test_a_segment_is_found_by_key_ref_and_name() -> None:
    made = SegmentFactory.create(name="Spanish readers")
    assert by_name("everyone") == EVERYONE_WHO_GETS_LETTERS
    assert by_name(made.ref).label == by_name("spanish READERS").label == "Spanish readers"
    assert by_name(made.ref).name == made.ref
    with pytest.raises(LookupError):
        by_name("nobody")


def test_no_statement_of_a_segment_is_written_by_hand() -> None:
    from pathlib import Path

    import patients.segments

    folder = Path(patients.segments.__file__).parent
    for path in folder.glob("*.py"):
        text = path.read_text()
        assert not any(word in text for word in ("RawSQL", ".raw(", ".extra(", "cursor(")), path.name
