"""What a finished workflow does: a page is published; a letter that was approved waits for somebody to send it."""

from __future__ import annotations

from typing import Any

from wagtail.workflows import publish_workflow_state


def finish(workflow_state: Any, user: Any = None) -> None:
    """Publish what was approved, unless it is a letter: whose web copy is published is another question.

    Args:
        workflow_state: Wagtail's, of the page.
        user: who said the last yes.
    """
    from newsletter.campaigns.letter_task import LetterApproval  # Wagtail loads this before it has models

    step = workflow_state.current_task_state
    if step is None or not isinstance(step.task.specific, LetterApproval):
        publish_workflow_state(workflow_state, user=user)
