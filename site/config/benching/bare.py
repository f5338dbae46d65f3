"""The barest WSGI application: the path says how many bytes, and the answer stands in memory from the first time on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Answer = tuple[list[tuple[str, str]], list[bytes]]
answers: dict[str, Answer] = {}


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with as many bytes as the path says, as `/17000`."""
    path = environ["PATH_INFO"]
    if path not in answers:
        answers[path] = made(int(path.strip("/")) if path.strip("/").isdecimal() else 0)
    headers, body = answers[path]
    start_response("200 OK", headers)
    return body


def made(length: int) -> Answer:
    """Return headers and body of an answer of `length` bytes."""
    return [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(length))], [b"x" * length]
