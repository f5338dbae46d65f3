"""The whole story in its order: one line a step, with one figure."""

from __future__ import annotations

import time
from collections.abc import Callable

from config.touring.browser import Browser
from config.touring.case import CaseStory
from config.touring.friend import FriendStory
from config.touring.letter import LetterStory
from config.touring.stage import MONTHS, OFFICES, PATIENTS, Stage, staged

Tell = Callable[[str, str, float], None]


def sign_in_as(stage: Stage, role: str) -> Browser:
    """Return the browser of one of the demo's persons, signed in by their page's button."""
    browser = Browser(stage.site)
    page = browser.get(f"/demo/as/{role}/")
    browser.submit(page, page.form(f"/demo/as/{role}/"))
    return browser


def play(tell: Tell) -> int:
    """Play the story from an empty folder to a closed loop.

    Args:
        tell: prints a step's words, its figure, and the seconds it took.

    Returns:
        How many steps there were.

    Raises:
        StoryBroken: at the first step that does not go as it must.
    """
    begun = time.monotonic()
    with staged() as stage:
        size = f"{PATIENTS} patients, {OFFICES} offices, {MONTHS} months"
        tell("A practice is made; its server and its worker run", size, time.monotonic() - begun)
        hannah, rosa = sign_in_as(stage, "editor"), sign_in_as(stage, "coordinator")
        letter = LetterStory(stage, hannah, sign_in_as(stage, "owner"))
        friend = FriendStory(stage, letter, rosa)
        case = CaseStory(stage, rosa)
        steps: tuple[tuple[str, Callable[[], str]], ...] = (
            ("Hannah writes a letter in the admin", letter.write),
            ("She tries it on herself", letter.try_it),
            ("She asks Dr. Okafor, without whose yes nothing is sent", letter.ask),
            ("Dr. Okafor reads it and approves just that", letter.approve),
            ("Hannah sends it; every letter arrives by SMTP, once", letter.send),
            ("A letter is what mail programs want", letter.receive),
            ("It opens in a browser", letter.view),
            ("A reader tells a friend, from the letter's link", friend.tell),
            ("The friend asks for a call", friend.answer),
            ("Rosa finds the friend in the inbox and calls", friend.call),
            ("She books the first visit", friend.book),
            ("She thanks the one who told", friend.thank),
            ("The reader leaves the letter with one click", letter.leave),
            ("The next letter goes to one person fewer", letter.send_the_next),
            ("Dana signs in by a code from her mail", case.sign_in),
            ("She sends a patient with an X-ray", case.send),
            ("Rosa acknowledges; Dana sees it", case.acknowledge),
            ("The X-ray was checked and opens", case.see_xray),
            ("Rosa calls the patient", case.call),
            ("She books the visit", case.book),
            ("The patient was seen", case.keep),
            ("She sends the report; the notice says nothing of health", case.report),
            ("Dana has the report and confirms: the loop is closed", case.confirm),
        )
        for words, step in steps:
            begun = time.monotonic()
            figure = step()
            tell(words, figure, time.monotonic() - begun)
    return len(steps) + 1
