"""The blocks of a letter that know nothing of the newsletter's own pages."""

from __future__ import annotations

from content.blocks.calls import AppointmentCallBlock, FriendBlock
from content.blocks.ground import LetterBlock, validate_merge_tags
from content.blocks.opening import HeaderBlock, HeroBlock
from content.blocks.telling import (
    DividerBlock,
    HolidayBlock,
    NoteBlock,
    PictureAndTextBlock,
    SaidAndDoneBlock,
    ServiceBlock,
    TestimonialBlock,
    TextBlock,
)

GENERAL_BLOCKS: list[tuple[str, LetterBlock]] = [
    ("header", HeaderBlock()),
    ("hero", HeroBlock()),
    ("text", TextBlock()),
    ("picture_and_text", PictureAndTextBlock()),
    ("appointment_call", AppointmentCallBlock()),
    ("service", ServiceBlock()),
    ("note", NoteBlock()),
    ("testimonial", TestimonialBlock()),
    ("friend", FriendBlock()),
    ("said_and_done", SaidAndDoneBlock()),
    ("holiday", HolidayBlock()),
    ("divider", DividerBlock()),
]

__all__ = ["GENERAL_BLOCKS", "validate_merge_tags"]  # the second one for the migrations that name it
