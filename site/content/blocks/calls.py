"""What a letter asks for: book a visit, tell a friend."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from content.blocks.ground import LetterBlock, link, prose, words


class CallBlock(LetterBlock):
    """Something to do, with one button: a heading, a few words, the words on the button."""

    heading = words(_("Heading"))
    text = prose(_("Text"), required=False)
    button = words(_("Words on the button"), most=40)


class AppointmentCallBlock(CallBlock):
    """An invitation to book a visit."""

    button = words(_("Words on the button"), most=40, default="Pick a time")
    link = link(_("Where it leads"), default="/contact/")

    class Meta:
        template = "blocks/appointment_call.html"
        icon = "date"
        label = _("Appointment call")
        label_format = "{heading}"
        description = _("An invitation to book, with one button.")
        preview_value: ClassVar[dict[str, str]] = {
            "heading": "Time for a winter check-up?",
            "text": "<p>Mornings in December still have room.</p>",
            "button": "Pick a time",
            "link": "/contact/",
        }


FRIEND_AT_FIRST = {
    "heading": "Know someone who would like us?",
    "text": "<p>Send your own link. Your friend decides the rest, and we thank you, whatever comes of it.</p>",
    "button": "Tell a friend",
}


class FriendBlock(CallBlock):
    """Refer a friend, with the reader's own link; what it says at first is also its preview."""

    heading = words(_("Heading"), default=FRIEND_AT_FIRST["heading"])
    text = prose(_("Text"), required=False, default=FRIEND_AT_FIRST["text"])
    button = words(_("Words on the button"), most=40, default=FRIEND_AT_FIRST["button"])

    class Meta:
        template = "blocks/friend.html"
        icon = "group"
        label = _("Tell a friend")
        label_format = "{heading}"
        description = _("Each reader's own link to tell a friend.")
        preview_value = FRIEND_AT_FIRST
