"""What the tests stand on: their own folder, and the database that TEST_DATABASE names."""

from __future__ import annotations

import os
import tempfile

os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="goodword-test-")
if os.environ.get("TEST_DATABASE") == "sqlite":
    os.environ.pop("DATABASE_URL", None)
