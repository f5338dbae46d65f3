"""Where Wagtail asks: its own records of acts in the admin go through ours, which write the journal."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from wagtail import hooks
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from content.models import ModelRecord, PageRecord


@hooks.register("register_log_actions", order=1000)
def keep_the_journal_too(actions: Any) -> None:
    """Put our records, the same tables with a manager that journals, in the place of Wagtail's."""
    actions.log_entry_models -= {ModelLogEntry, PageLogEntry}
    actions.register_model(Model, ModelRecord)
    actions.register_model(Page, PageRecord)
