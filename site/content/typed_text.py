"""What a browser says that somebody typed with bold, links and lists, weighed before it becomes HTML.

The editor sends JSON, and Wagtail trusts it: a text of a hundred bytes can be nested a million deep. What no editor
writes is not taken at all, and nothing of the form is kept.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import BadRequest
from wagtail.admin.rich_text import DraftailRichTextArea

MOST_BYTES = 400_000
MOST_PARTS = 2_000  # paragraphs and points
MOST_CHARACTERS, MOST_LINES = 50_000, 1_000  # of one part
MOST_MARKS = 1_000  # stretches of one part that are bold or links
MOST_DEPTH = 8  # of lists in lists; the editor's own buttons reach 4


class TypedText(DraftailRichTextArea):
    """The editor's field; what cannot come from it is refused as a whole."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return what was typed as HTML.

        Raises:
            BadRequest: when it is too much, or no text of this editor.
        """
        raw = data.get(name)
        if not raw:
            return raw
        if not is_sound(raw):
            raise BadRequest("What was typed cannot be read.")
        try:
            return super().value_from_datadict(data, files, name)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise BadRequest("What was typed cannot be read.") from error
        except Exception as error:
            if type(error).__module__.partition(".")[0] != "draftjs_exporter":
                raise
            raise BadRequest("What was typed cannot be read.") from error


def is_sound(raw: str) -> bool:
    """Return whether this can be what the editor sends: no more parts, marks and depth than somebody writes."""
    if len(raw) > MOST_BYTES:
        return False
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    if said is None:
        return True
    parts = said.get("blocks", []) if isinstance(said, dict) else None
    return isinstance(parts, list) and len(parts) <= MOST_PARTS and all(map(_is_part, parts))


def _is_part(part: Any) -> bool:
    if not isinstance(part, dict):
        return False
    text, depth = part.get("text", ""), part.get("depth", 0)
    marks = [part.get("inlineStyleRanges", []), part.get("entityRanges", [])]
    return (
        isinstance(text, str)
        and len(text) <= MOST_CHARACTERS
        and text.count("\n") <= MOST_LINES
        and isinstance(depth, int)
        and 0 <= depth <= MOST_DEPTH
        and all(isinstance(one, list) and len(one) <= MOST_MARKS for one in marks)
    )
