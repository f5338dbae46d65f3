"""What sees English words on a Spanish page sees them, and nothing else."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext

from tests.spanish import english_left, said, unanswered


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>Pedir cita</p>", []),
        ("<p>Book a visit</p>", ["Book a visit"]),
        ("<p> Book\n a  visit </p>", ["Book a visit"]),
        ('<a aria-label="Skip to main content">Ir</a>', ["Skip to main content"]),
        ("<h2>Services</h2>", ["Services"]),
        ("<p>Services of the county</p>", []),
        ('<p lang="en">Book a visit</p><p>Hours</p>', ["Hours"]),
        ('<a lang="en-US" title="Book a visit">Book a visit<br></a>', []),
        ("<script>Book a visit</script><style>Book a visit</style>", []),
        ("<p>Page 2 of 7</p>", []),
        ("<p>You are signed in as Ana Pérez.</p>", ["You are signed in as Ana Pérez."]),
        ("<p>Hola. Thank you. We have your request. Adiós.</p>", ["Thank you. We have your request."]),
        ("<svg><path d='M0'/><text>Park</text></svg><p>Monday</p>", ["Park", "Monday"]),
    ],
)
def test_english_on_a_spanish_page_is_seen(html: str, left: list[str]) -> None:
    assert list(english_left(said(html))) == left


def test_what_has_no_spanish_is_heard() -> None:
    later = gettext_lazy("Nobody says this lazily.")
    with unanswered() as heard:
        with translation.override("en"):
            gettext("Nobody says this in English.")
        with translation.override("es"):
            gettext("Book a visit"), gettext("This field is required."), pgettext("how we answer", "Call")
            ngettext("%(n)s day", "%(n)s days", 2)
            assert heard == set()
            gettext("Nobody says this."), str(later), pgettext("nowhere", "Call"), ngettext("One thing", "Many", 2)
    assert heard == {"Nobody says this.", "Nobody says this lazily.", "Call", "One thing"}
    with translation.override("es"):
        assert gettext("Nobody asks any more.") == "Nobody asks any more."
    assert "Nobody asks any more." not in heard
    assert list(english_left(["Nobody says this."], heard)) == ["Nobody says this."]
