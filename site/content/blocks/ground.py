"""What every block of a letter is: written once, rendered as web page, e-mail (.mjml) and plain text (.txt)."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import models
from django.template.loader import render_to_string
from django.utils.functional import Promise, cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.rich_text import RichText

from content import merge, richtext
from content.blocks.whom import WhomBlock
from content.links import validate_link
from content.richtext import MERGE_FEATURES

KINDS = frozenset({"html", "mjml", "txt"})
log = structlog.get_logger(__name__)


class BlockFailed(RuntimeError):
    """A block that cannot be drawn; its words name the block, never what stands in it."""

    def __init__(self, label: str, why: str = "") -> None:
        self.label = label
        words = _("The block “%(block)s” cannot be shown. Change it, or take it out; the rest of the letter is fine.")
        said = words % {"block": label}
        super().__init__(f"{said} {why}".strip())


@contextmanager
def _isolated(block: blocks.Block) -> Iterator[None]:
    """Keep what goes wrong in one block from the letter around it.

    Raises:
        BlockFailed: whatever went wrong; the log says what kind of error and where, nothing of the block's content.
    """
    try:
        yield
    except BlockFailed:
        raise
    except Exception as error:  # the one seam: a block may fail in any way, and the rest stands all the same
        last = traceback.extract_tb(error.__traceback__)[-1]
        log.error("block.failed", block=block.name, error=type(error).__name__, at=f"{last.name}:{last.lineno}")
        raise BlockFailed(str(block.label)) from error


def validate_merge_tags(value: str | RichText) -> None:
    """Refuse text with a merge tag that is unknown or has no fallback.

    Raises:
        ValidationError: with one sentence for each tag.
    """
    found = merge.problems(value.source if isinstance(value, RichText) else str(value))
    if found:
        raise ValidationError(found)


def words(label: str | Promise, *, required: bool = True, most: int = 120, **kwargs: Any) -> blocks.CharBlock:
    """Return a line of text in which merge tags may stand."""
    line = blocks.CharBlock(label=label, required=required, max_length=most, validators=[validate_merge_tags], **kwargs)
    line.field.widget.attrs |= {"data-controller": "merge-tag", "data-links": ""}
    return line


def prose(label: str | Promise, *, required: bool = True, **kwargs: Any) -> blocks.RichTextBlock:
    """Return text with bold, links and lists in which merge tags may stand."""
    return blocks.RichTextBlock(
        label=label, required=required, features=MERGE_FEATURES, validators=[validate_merge_tags], **kwargs
    )


def link(label: str | Promise, *, required: bool = True, **kwargs: Any) -> blocks.CharBlock:
    """Return an address: a page of ours, or a whole one."""
    return blocks.CharBlock(label=label, required=required, max_length=400, validators=[validate_link], **kwargs)


class LetterBlock(blocks.StructBlock):
    """A part of a letter; `Meta.template` names its .html, and its .mjml and .txt stand beside it.

    Whom it is for comes last, and stands in the line of a folded block.
    """

    for_whom = WhomBlock(
        label=gettext_lazy("For whom"),
        help_text=gettext_lazy("Others get the letter without it. The web copy shows what is for everyone."),
    )

    class Meta:
        template = ""
        preview_template = "blocks/preview.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.meta.label_format:
            self.meta.label_format = f"{self.meta.label_format} {{for_whom}}"

    @cached_property
    def choosers(self) -> dict[str, blocks.ChooserBlock]:
        """Return the fields in which something is chosen that stands elsewhere: a picture, a page, a snippet."""
        return {name: child for name, child in self.child_blocks.items() if isinstance(child, blocks.ChooserBlock)}

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> Any:
        """Return what a form says; of what was chosen the key alone, which LetterStream looks up for all blocks."""
        said = []
        for name, child in self.child_blocks.items():
            reads = child.field.widget if name in self.choosers else child
            said.append((name, reads.value_from_datadict(data, files, f"{prefix}-{name}")))
        return self._to_struct_value(said)

    def clean(self, value: Any) -> Any:
        """Check the fields; what was found when the form was read is there, and is not looked up once more."""
        found = {name: value[name] for name in self.choosers if isinstance(value.get(name), models.Model)}
        others = self._to_struct_value([(name, said) for name, said in value.items() if name not in found])
        cleaned = super().clean(others)
        return self._to_struct_value([(name, found.get(name, cleaned.get(name))) for name in value])

    def get_form_layout(self) -> blocks.BlockGroup:
        """Return the fields in their order, with whom it is for at the end."""
        own = [name for name in self.child_blocks if name != "for_whom"]
        return blocks.BlockGroup(children=[*own, "for_whom"])

    def get_preview_value(self) -> Any:
        """Return the sample that editors see, with something of ours wherever the block has a choice."""
        value = super().get_preview_value()
        for name, child in self.choosers.items():
            if not value.get(name):
                value[name] = self.sample_of(child.target_model)
        return value

    def sample_of(self, model: type[Any]) -> Any:
        """Return what stands in a preview where an editor would choose: the first there is, or nothing."""
        return model.objects.order_by("pk").first()

    def render_as(self, kind: str, value: Any, context: dict[str, Any]) -> SafeString:
        """Return the block for an e-mail (`mjml`), plain text (`txt`) or the web (`html`), merge slots standing.

        Args:
            kind: one of KINDS.
            value: the block's value.
            context: what the letter knows: practice, location, date line, base URL.

        Raises:
            BlockFailed: when it cannot be drawn.
        """
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no kind of rendering; there are {', '.join(sorted(KINDS))}.")
        name = self.meta.template.removesuffix(".html")
        with _isolated(self):
            return render_to_string(f"{name}.{kind}", self.get_context(value, context))

    def fetch(self, values: Sequence[Any]) -> None:
        """Ask the database at once for what `facts` and templates would ask for one block after the other.

        Args:
            values: of all blocks of this kind in a letter; what is there already is not asked for again.
        """

    def facts(self, value: Any) -> dict[str, Any]:
        """Return what the templates need beyond the block's own fields."""
        return {}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the context of the web rendering, with the block's facts.

        Raises:
            BlockFailed: when a text of it is too much to be drawn.
        """
        for text in value.values():
            if isinstance(text, RichText) and (why := richtext.too_much(text.source)):
                raise BlockFailed(str(self.label), why)
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return {**context, **self.facts(value)}

    def render(self, value: Any, context: dict[str, Any] | None = None) -> SafeString:
        """Return the block for the web, with fallbacks in place of merge slots.

        One that cannot be drawn says so in a preview, and is left out where everybody reads.
        """
        try:
            with _isolated(self):
                html: str = super().render(value, context)
        except BlockFailed as failed:
            return in_its_place(failed, "html") if _is_preview(context or {}) else SafeString("")
        return SafeString(merge.with_fallbacks(html))


def in_its_place(failed: BlockFailed, kind: str) -> SafeString:
    """Return the message that a preview shows where a block cannot be drawn.

    Args:
        failed: the block's failure.
        kind: one of KINDS.
    """
    return render_to_string(f"blocks/failed.{kind}", {"message": str(failed)})


def _is_preview(context: dict[str, Any]) -> bool:
    """Return whether an editor looks: at a page that is not out yet, or at the picker's sample of a block."""
    return "block_def" in context or bool(getattr(context.get("request"), "is_preview", False))
