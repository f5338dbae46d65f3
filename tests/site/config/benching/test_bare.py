"""The bare answer that a kept page is measured against is as long as it is told to be."""

from __future__ import annotations

from typing import Any

import pytest

from config.benching.bare import application


@pytest.mark.parametrize(("path", "length"), [("/17000", 17_000), ("/healthz", 0), ("/", 0), ("/-5", 0)])
def test_the_path_says_how_long_the_answer_is(path: str, length: int) -> None:
    said: list[Any] = []
    body = b"".join(application({"PATH_INFO": path}, lambda status, headers: said.append((status, dict(headers)))))  # type: ignore[arg-type, return-value]
    assert len(body) == length
    assert said == [("200 OK", {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(length)})]
