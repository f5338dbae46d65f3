"""The words of the demo, kept apart from the code that places them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def texts(name: str) -> dict[str, Any]:
    """Return one file of words, as `texts("house")`."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))
