"""The portraits of the team, drawn from a few shapes each: nobody of them exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pypdfium2
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from home.demo.seed.texts import texts

WIDTH, HEIGHT, SCALE = 200, 230, 4
TOKEN = re.compile(r"[a-zA-Z]|-?(?:\d+\.?\d*|\.\d+)")
NUMBERS_OF = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "q": 4, "z": 0}
ROUND = 1
Point = tuple[float, float]


def portrait(key: str) -> bytes:
    """Return a JPEG of one of the team, 800 by 920 pixels."""
    paper = BytesIO()
    canvas = Canvas(paper, pagesize=(WIDTH, HEIGHT))
    canvas.transform(1, 0, 0, -1, 0, HEIGHT)
    words = texts("portraits")
    for shape in [*words[key]["back"], *words["face"], *words[key]["front"]]:
        _draw(canvas, shape)
    canvas.save()
    document = pypdfium2.PdfDocument(paper.getvalue())
    picture = document[0].render(scale=SCALE).to_pil().convert("RGB")
    document.close()
    out = BytesIO()
    picture.save(out, "JPEG", quality=86, optimize=True)
    return out.getvalue()


def _draw(canvas: Canvas, shape: dict[str, Any]) -> None:
    canvas.saveState()
    alpha = shape.get("alpha", 1)
    is_filled, is_drawn = int("fill" in shape), int("line" in shape)
    if is_filled:
        canvas.setFillColor(HexColor(shape["fill"]), alpha)
    if is_drawn:
        canvas.setStrokeColor(HexColor(shape["line"]), alpha)
        canvas.setLineWidth(shape["width"])
        canvas.setLineCap(ROUND)
    if "path" in shape:
        path = canvas.beginPath()
        for step, numbers in steps(shape["path"]):
            getattr(path, step)(*numbers)
        canvas.drawPath(path, stroke=is_drawn, fill=is_filled)
    else:
        canvas.circle(*shape["circle"], stroke=is_drawn, fill=is_filled)
    canvas.restoreState()


def steps(path: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Yield the steps of an SVG path as calls of a PDF path: moveTo, lineTo, curveTo, close."""
    tokens = TOKEN.findall(path)
    at: Point = (0.0, 0.0)
    begin = control = at
    letter = ""
    while tokens:
        if tokens[0].isalpha():
            letter = tokens.pop(0)
        kind, is_relative = letter.lower(), letter.islower()
        given = [float(tokens.pop(0)) for _ in range(NUMBERS_OF[kind])]
        if kind == "z":
            yield "close", ()
            at = begin
            continue
        base = at if is_relative else (0.0, 0.0)
        if kind in "hv":
            given = [given[0] + base[0], at[1]] if kind == "h" else [at[0], given[0] + base[1]]
            points = [(given[0], given[1])]
        else:
            points = [(x + base[0], y + base[1]) for x, y in zip(given[::2], given[1::2], strict=True)]
        if kind == "m":
            begin, letter = points[-1], "l" if is_relative else "L"
            yield "moveTo", points[-1]
        elif kind in "lhv":
            yield "lineTo", points[-1]
        else:
            if kind == "s":
                points = [(2 * at[0] - control[0], 2 * at[1] - control[1]), *points]
            elif kind == "q":
                middle, end = points
                points = [_between(at, middle), _between(end, middle), end]
            yield "curveTo", tuple(number for point in points for number in point)
        at, control = points[-1], points[-2] if kind in "cs" else points[-1]


def _between(one: Point, other: Point) -> Point:
    return one[0] + 2 / 3 * (other[0] - one[0]), one[1] + 2 / 3 * (other[1] - one[1])
