"""The picture library of the demo: things of a calm practice by the sea, drawn flat, nobody real in any of them."""

from __future__ import annotations

import math
from io import BytesIO

from PIL import Image, ImageDraw

WIDTH, HEIGHT, TWICE = 1200, 800, 2
Color = tuple[int, int, int]
Point = tuple[float, float]
INK: Color = (20, 63, 59)
GREEN: Color = (15, 91, 85)
SAGE: Color = (95, 157, 146)
MIST: Color = (169, 204, 194)
PALE: Color = (214, 231, 225)
SAND: Color = (246, 233, 217)
CREAM: Color = (253, 248, 238)
BERRY: Color = (180, 83, 42)
PEACH: Color = (240, 165, 127)
WHITE: Color = (255, 255, 255)


class Sheet:
    """A sheet to draw on, in units of the finished picture; drawn twice as large and made smooth."""

    def __init__(self, above: Color, below: Color) -> None:
        self.image = Image.new("RGB", (WIDTH * TWICE, HEIGHT * TWICE), above)
        self.pen = ImageDraw.Draw(self.image)
        for line in range(HEIGHT * TWICE):
            share = line / (HEIGHT * TWICE)
            color = tuple(round(a + (b - a) * share) for a, b in zip(above, below, strict=True))
            self.pen.line((0, line, WIDTH * TWICE, line), fill=color)

    def shape(self, points: list[Point], fill: Color) -> None:
        """Fill what the points enclose."""
        self.pen.polygon([(x * TWICE, y * TWICE) for x, y in points], fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Color) -> None:
        """Fill a circle."""
        self.oval(x, y, radius, radius, fill)

    def oval(self, x: float, y: float, wide: float, high: float, fill: Color) -> None:
        """Fill an ellipse of these half axes."""
        box = (x - wide, y - high, x + wide, y + high)
        self.pen.ellipse(tuple(side * TWICE for side in box), fill=fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: Color, *, round_by: float = 0) -> None:
        """Fill a box, its corners rounded."""
        sides = tuple(side * TWICE for side in (left, top, right, bottom))
        self.pen.rounded_rectangle(sides, radius=round_by * TWICE, fill=fill)

    def line(self, points: list[Point], fill: Color, width: float) -> None:
        """Draw a line with round ends."""
        self.pen.line([(x * TWICE, y * TWICE) for x, y in points], fill=fill, width=round(width * TWICE), joint="curve")
        for x, y in (points[0], points[-1]):
            self.disc(x, y, width / 2, fill)

    def wave(self, y: float, swing: float, length: float, fill: Color, turn: float = 0) -> None:
        """Fill everything under a wave."""
        crest = [(x, y + swing * math.sin(turn + x / length * math.tau)) for x in range(0, WIDTH + 10, 10)]
        self.shape([(0, HEIGHT), *crest, (WIDTH, HEIGHT)], fill)

    def leaf(self, x: float, y: float, angle: float, length: float, fill: Color, *, girth: float = 0.2) -> None:
        """Fill a leaf that grows from a point; the angle is in degrees, 0 to the right, 90 up."""
        along = (math.cos(math.radians(angle)), -math.sin(math.radians(angle)))
        across = (-along[1], along[0])
        rim = [(share / 16, math.sin(math.pi * (share / 16) ** 0.85) * girth) for share in range(17)]
        self.shape(
            [
                (x + length * (s * along[0] + w * across[0]), y + length * (s * along[1] + w * across[1]))
                for s, w in [*rim, *((share, -wide) for share, wide in reversed(rim))]
            ],
            fill,
        )

    def jpeg(self) -> bytes:
        """Return the finished picture."""
        out = BytesIO()
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        small.save(out, "JPEG", quality=86, optimize=True)
        return out.getvalue()


def _sun(sheet: Sheet, x: float, y: float) -> None:
    for radius, color in ((150, (250, 236, 214)), (105, (252, 240, 220)), (68, CREAM)):
        sheet.disc(x, y, radius, color)


def sea() -> Sheet:
    """Draw the bay with two sails."""
    sheet = Sheet((207, 228, 221), SAND)
    _sun(sheet, 830, 270)
    sheet.wave(420, 26, 1500, MIST, 2.2)
    for y, color, turn in (
        (480, (120, 178, 176), 0.0),
        (560, SAGE, 1.4),
        (650, (52, 122, 116), 3.0),
        (730, GREEN, 4.2),
    ):
        sheet.wave(y, 10, 260, color, turn)
    for x, y, size in ((360, 500, 1.0), (560, 470, 0.55)):
        sheet.shape([(x, y), (x, y - 150 * size), (x + 90 * size, y)], WHITE)
        sheet.shape([(x - 10 * size, y), (x - 10 * size, y - 120 * size), (x - 60 * size, y)], PEACH)
        sheet.shape(
            [(x - 80, y + 8), (x + 110 * size, y + 8), (x + 80 * size, y + 34 * size), (x - 55 * size, y + 34 * size)],
            INK,
        )
    return sheet


def lighthouse() -> Sheet:
    """Draw the lighthouse of Kestrel Point."""
    sheet = Sheet((182, 208, 214), SAND)
    sheet.shape([(640, 250), (1200, 120), (1200, 360)], (244, 238, 214))
    sheet.wave(560, 12, 300, SAGE, 1)
    sheet.shape([(240, 800), (420, 560), (760, 540), (900, 800)], INK)
    sheet.shape([(520, 560), (548, 280), (652, 280), (680, 560)], WHITE)
    for top, bottom in ((340, 400), (460, 520)):
        slope = [28 * (y - 280) / 280 for y in (top, bottom)]
        sheet.shape(
            [
                (548 - slope[0], top),
                (652 + slope[0], top),
                (652 + slope[1], bottom),
                (548 - slope[1], bottom),
            ],
            BERRY,
        )
    sheet.box(530, 262, 670, 284, INK, round_by=6)
    sheet.box(564, 206, 636, 264, (250, 222, 160), round_by=6)
    sheet.shape([(548, 210), (600, 160), (652, 210)], BERRY)
    sheet.box(584, 500, 616, 562, INK, round_by=16)
    sheet.wave(690, 12, 240, GREEN, 2)
    sheet.wave(745, 10, 200, (12, 74, 70), 4)
    return sheet


def molar(sheet: Sheet, x: float, y: float, size: float, fill: Color) -> None:
    """Fill one tooth around a point."""

    def at(points: list[Point]) -> list[Point]:
        return [(x + a * size, y + b * size) for a, b in points]

    crown = [(math.cos(t / 20 * math.pi) * 110, -math.sin(t / 20 * math.pi) * 95 - 40) for t in range(21)]
    roots = [
        (-110, -30),
        (-96, 60),
        (-74, 170),
        (-48, 176),
        (-34, 90),
        (0, 54),
        (34, 90),
        (48, 176),
        (74, 170),
        (96, 60),
    ]
    sheet.shape(at([*crown, *roots, (110, -30)]), fill)
    for side in (-1, 1):
        sheet.oval(x + side * 52 * size, y - 112 * size, 62 * size, 48 * size, fill)
        sheet.disc(x + side * 61 * size, y + 168 * size, 15 * size, fill)


def tooth() -> Sheet:
    """Draw one tooth in a green wreath."""
    sheet = Sheet(PALE, CREAM)
    sheet.disc(600, 400, 300, (232, 242, 236))
    for step in range(18):
        angle = 100 + step * 20
        x, y = 600 + 285 * math.cos(math.radians(angle)), 400 - 285 * math.sin(math.radians(angle))
        sheet.leaf(x, y, angle + 62, 104, GREEN if step % 2 else SAGE)
        if step % 3 == 0:
            sheet.disc(x, y, 11, BERRY)
    molar(sheet, 600, 405, 1.25, (226, 222, 210))
    molar(sheet, 592, 400, 1.22, WHITE)
    sheet.oval(548, 282, 16, 34, (240, 246, 244))
    return sheet


def chair() -> Sheet:
    """Draw the treatment chair by the window."""
    sheet = Sheet((238, 243, 238), SAND)
    sheet.box(120, 90, 520, 470, WHITE, round_by=12)
    sheet.box(136, 106, 504, 454, (190, 220, 222), round_by=6)
    sheet.shape([(136, 454), (136, 360), (260, 320), (390, 372), (504, 330), (504, 454)], SAGE)
    sheet.box(314, 106, 326, 454, WHITE)
    sheet.box(0, 640, 1200, 800, (226, 208, 184))
    sheet.oval(720, 690, 250, 26, (206, 184, 156))
    sheet.box(690, 560, 750, 690, (150, 164, 160), round_by=8)
    sheet.box(600, 672, 840, 696, (120, 136, 132), round_by=12)
    sheet.line([(560, 540), (800, 540)], GREEN, 74)
    sheet.line([(800, 540), (935, 330)], GREEN, 74)
    sheet.line([(950, 306), (972, 268)], SAGE, 66)
    sheet.line([(560, 540), (420, 604)], GREEN, 62)
    sheet.line([(700, 492), (790, 492)], INK, 22)
    sheet.line([(1060, 0), (1060, 120), (900, 170)], (150, 164, 160), 12)
    sheet.shape([(850, 150), (930, 140), (950, 214), (846, 214)], INK)
    sheet.oval(898, 214, 52, 12, (250, 232, 180))
    return sheet


def hands() -> Sheet:
    """Draw two hands that hold a sprig."""
    sheet = Sheet((246, 230, 214), CREAM)
    sheet.disc(600, 360, 270, (250, 240, 224))
    sheet.line([(600, 560), (604, 420), (620, 230)], INK, 12)
    for step, (angle, length) in enumerate(
        ((150, 120), (32, 130), (146, 110), (36, 112), (128, 92), (52, 92), (84, 96))
    ):
        sheet.leaf(602 + step * 2.6, 500 - step * 44, angle, length, GREEN if step % 2 else SAGE)
    for x, y in ((655, 330), (560, 282)):
        sheet.disc(x, y, 14, BERRY)
    for side, skin in ((-1, (196, 140, 104)), (1, (236, 190, 156))):

        def at(x: float, side: int = side) -> float:
            return 600 + side * x

        sheet.shape(
            [(at(430), 800), (at(300), 800), (at(190), 690), (at(300), 600), (at(420), 650)],
            GREEN if side < 0 else BERRY,
        )
        sheet.shape([(at(322), 640), (at(40), 520), (at(8), 560), (at(20), 640), (at(190), 742)], skin)
        for finger in range(4):
            sheet.line([(at(170), 590 + finger * 30), (at(20 + finger * 9), 548 + finger * 32)], skin, 34)
        sheet.line([(at(190), 590), (at(104), 508)], skin, 38)
    return sheet


def street() -> Sheet:
    """Draw Juniper Row with its house fronts."""
    sheet = Sheet((200, 220, 224), SAND)
    sheet.wave(470, 36, 1100, MIST, 1)
    fronts = (
        (60, 300, 250, (214, 150, 112)),
        (250, 240, 470, CREAM),
        (470, 330, 660, SAGE),
        (660, 210, 900, (232, 210, 172)),
        (900, 290, 1140, (150, 178, 190)),
    )
    for left, top, right, color in fronts:
        sheet.box(left, top, right, 640, color)
        sheet.shape([(left - 14, top + 4), ((left + right) / 2, top - 84), (right + 14, top + 4)], INK)
        wide = (right - left) / 3
        for column in range(2):
            for y in range(top + 46, 470, 104):
                x = left + wide * (0.5 + column) + wide * 0.12
                sheet.box(x, y, x + wide * 0.74, y + 66, (250, 240, 214), round_by=4)
                sheet.box(x + wide * 0.34, y, x + wide * 0.4, y + 66, color)
        sheet.box(
            (left + right) / 2 - 28, 534, (left + right) / 2 + 28, 640, GREEN if color != SAGE else BERRY, round_by=26
        )
    sheet.box(664, 486, 896, 528, GREEN, round_by=6)
    molar(sheet, 780, 507, 0.1, WHITE)
    sheet.box(0, 636, 1200, 800, (190, 186, 176))
    sheet.box(0, 636, 1200, 664, (222, 216, 204))
    for x in (40, 590, 1160):
        sheet.box(x - 6, 540, x + 6, 640, INK)
        sheet.disc(x, 500, 62, GREEN)
        sheet.disc(x + 34, 530, 44, SAGE)
    return sheet


def plants() -> Sheet:
    """Draw three plants on a sill."""
    sheet = Sheet((226, 238, 232), CREAM)
    sheet.box(0, 660, 1200, 700, WHITE)
    sheet.box(0, 700, 1200, 800, (232, 226, 212))
    for x, wide, color in ((280, 92, BERRY), (600, 112, GREEN), (920, 88, (222, 176, 120))):
        sheet.shape([(x - wide, 500), (x + wide, 500), (x + wide * 0.74, 664), (x - wide * 0.74, 664)], color)
        sheet.box(x - wide * 1.1, 484, x + wide * 1.1, 520, color, round_by=8)
    for step in range(9):
        sheet.leaf(280, 492, 30 + step * 15, 210 + 40 * (step % 2), GREEN if step % 2 else SAGE, girth=0.11)
    sheet.line([(600, 490), (596, 300), (612, 150)], INK, 11)
    for step in range(6):
        sheet.leaf(600, 440 - step * 50, 146 if step % 2 else 34, 176 - step * 12, SAGE if step % 3 else GREEN)
    for step in range(7):
        sheet.line([(920, 490), (920 + (step - 3) * 46, 330 + abs(step - 3) * 26)], GREEN, 8)
        sheet.disc(920 + (step - 3) * 46, 322 + abs(step - 3) * 26, 30, PEACH if step % 2 else BERRY)
        sheet.disc(920 + (step - 3) * 46, 322 + abs(step - 3) * 26, 11, CREAM)
    return sheet


def brushes() -> Sheet:
    """Draw two brushes in a glass."""
    sheet = Sheet(SAND, CREAM)
    sheet.box(0, 650, 1200, 800, (214, 226, 220))
    for foot, head, color in (((560, 640), (440, 200), GREEN), ((640, 640), (740, 180), BERRY)):
        sheet.line([foot, head], color, 26)
        dx, dy = (head[0] - foot[0]) / 455, (head[1] - foot[1]) / 455
        for step in range(7):
            x, y = head[0] - dx * step * 17, head[1] - dy * step * 17
            turn = 1 if dx < 0 else -1
            sheet.line([(x, y), (x + turn * dy * 46, y - turn * dx * 46)], WHITE, 13)
    sheet.shape([(470, 400), (730, 400), (704, 700), (496, 700)], (196, 220, 220))
    sheet.shape([(480, 520), (720, 520), (704, 694), (496, 694)], (160, 200, 202))
    sheet.oval(600, 400, 130, 20, (222, 236, 236))
    sheet.oval(600, 520, 120, 16, (182, 214, 214))
    sheet.line([(505, 440), (520, 660)], (236, 246, 246), 12)
    sheet.box(840, 636, 1080, 704, WHITE, round_by=30)
    sheet.box(852, 646, 960, 694, MIST, round_by=22)
    sheet.box(1070, 644, 1112, 696, GREEN, round_by=8)
    return sheet


def cup() -> Sheet:
    """Draw a warm cup and an apple."""
    sheet = Sheet((236, 222, 204), CREAM)
    sheet.box(0, 600, 1200, 800, (178, 128, 92))
    sheet.box(0, 600, 1200, 616, (198, 150, 112))
    sheet.oval(500, 642, 240, 34, (240, 234, 222))
    sheet.oval(708, 500, 66, 76, GREEN)
    sheet.oval(708, 500, 38, 46, (228, 214, 196))
    sheet.shape([(330, 400), (690, 400), (640, 640), (380, 640)], GREEN)
    sheet.oval(510, 400, 180, 34, SAGE)
    sheet.oval(510, 402, 156, 24, (150, 96, 56))
    for x in (430, 510, 590):
        sheet.line([(x + 16 * math.sin(t / 4), 350 - t * 9) for t in range(20)], (250, 244, 234), 12)
    sheet.disc(900, 560, 78, BERRY)
    sheet.disc(962, 560, 78, BERRY)
    sheet.line([(930, 500), (940, 448)], INK, 9)
    sheet.leaf(938, 470, 28, 92, GREEN)
    sheet.oval(892, 530, 14, 26, PEACH)
    return sheet


def door() -> Sheet:
    """Draw the practice's door with a bench before it."""
    sheet = Sheet((232, 238, 230), (244, 234, 218))
    sheet.box(0, 650, 1200, 800, (206, 196, 180))
    sheet.box(420, 130, 780, 656, WHITE, round_by=10)
    sheet.box(446, 156, 754, 656, GREEN, round_by=6)
    sheet.box(480, 196, 720, 420, (196, 222, 220), round_by=6)
    sheet.leaf(600, 404, 90, 170, SAGE)
    sheet.leaf(600, 404, 140, 120, MIST)
    sheet.leaf(600, 404, 40, 120, MIST)
    sheet.disc(716, 500, 15, PEACH)
    sheet.box(380, 646, 820, 680, (226, 220, 208), round_by=4)
    sheet.line([(90, 560), (330, 560)], (160, 106, 70), 26)
    sheet.line([(90, 500), (330, 500)], (160, 106, 70), 20)
    for x in (120, 300):
        sheet.line([(x, 480), (x, 680)], INK, 12)
    for x, color in ((910, BERRY), (1060, SAGE)):
        sheet.shape([(x - 62, 580), (x + 62, 580), (x + 46, 690), (x - 46, 690)], color)
        for step in range(7):
            sheet.leaf(x, 584, 36 + step * 18, 190 + 30 * (step % 2), GREEN if step % 2 else (52, 122, 116), girth=0.16)
    return sheet
