"""The pages once more, in Spanish."""

from __future__ import annotations

from home import pages
from home.demo.seed.story import Story


def tell(story: Story) -> None:
    """Plant the Spanish pages."""
    pages.plant(story.met["practice"], language="es")
