"""What Wagtail's editor would post for a letter: blocks by number, rich text as the editor's own JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

Fields = list[tuple[str, str]]


def rich(*paragraphs: str) -> str:
    """Return paragraphs as Draft.js keeps them."""
    blocks = [
        {"key": f"p{number}", "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
        for number, text in enumerate(paragraphs)
    ]
    return json.dumps({"blocks": blocks, "entityMap": {}})


def stream(name: str, blocks: list[tuple[str, dict[str, str]]]) -> Fields:
    """Return the fields of a StreamField with these blocks, each a type and its values."""
    fields: Fields = [(f"{name}-count", str(len(blocks)))]
    for number, (kind, values) in enumerate(blocks):
        fields += list(_block(f"{name}-{number}", number, kind, values))
    return fields


def _block(prefix: str, number: int, kind: str, values: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield f"{prefix}-deleted", ""
    yield f"{prefix}-order", str(number)
    yield f"{prefix}-type", kind
    yield f"{prefix}-id", ""
    for name, value in values.items():
        yield f"{prefix}-value-{name}", value
