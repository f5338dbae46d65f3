"""What sees English words on a Spanish page sees them, and nothing else."""

from __future__ import annotations

import pytest

from tests.spanish import english_left, said


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
