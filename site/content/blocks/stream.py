"""The blocks of a letter one below the other, which look up together what an editor chose in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import BadRequest, ValidationError
from django.db import models
from django.db.models import prefetch_related_objects
from wagtail import blocks
from wagtail.images.models import AbstractImage


class LetterStream(blocks.StreamBlock):
    """A letter's blocks; what was chosen in them is asked for once for each kind of thing, not once a block."""

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> Any:
        """Return what a form says, with the pictures, pages and snippets that its blocks name by their keys.

        Raises:
            BadRequest: when it says of blocks what no editor sends, as a number of blocks that are not there.
        """
        try:
            stream = super().value_from_datadict(data, files, prefix)
        except (ValueError, LookupError) as error:
            raise BadRequest("The blocks did not arrive whole.") from error
        places: dict[type[models.Model], list[tuple[Any, str]]] = defaultdict(list)
        for one in stream:
            for name, child in one.block.choosers.items():
                places[child.model_class].append((one.value, name))
        for model, chosen in places.items():
            keys = [_key(model, value[name]) for value, name in chosen]
            found = model._default_manager.in_bulk({key for key in keys if key is not None})
            for (value, name), key in zip(chosen, keys, strict=True):
                value[name] = found.get(key)
        return stream

    def opened_together(self, streams: Iterable[blocks.StreamValue]) -> list[blocks.StreamValue]:
        """Return the blocks of several letters; what is chosen in them is asked for once for each kind of block.

        Args:
            streams: as the database keeps them, none of which was looked into yet.
        """
        opened: list[blocks.StreamValue] = self.bulk_to_python([list(stream.raw_data) for stream in streams])
        values: dict[str, list[Any]] = defaultdict(list)
        for one in (one for stream in opened for one in stream):
            values[one.block_type].append(one.value)
        chosen = []
        for name, theirs in values.items():
            block = self.child_blocks[name]
            block.fetch(theirs)
            chosen += [value.get(field) for value in theirs for field in block.choosers]
        prefetch_related_objects([thing for thing in chosen if isinstance(thing, AbstractImage)], "renditions")
        return opened


def _key(model: type[models.Model], said: Any) -> Any:
    """Return the key that a form names, None for what is none."""
    field: Any = model._meta.pk
    field = getattr(field, "target_field", field)  # a kind of page has the key of a page
    try:
        key = field.to_python(said or None)
        field.run_validators(key)
    except ValidationError:
        return None
    return key
