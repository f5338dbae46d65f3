"""What a health tip opens with: one thing of the month on a pale ground, drawn flat."""

from __future__ import annotations

import math
from collections.abc import Callable

from home.demo.seed.drawings import (
    BERRY,
    CREAM,
    GREEN,
    INK,
    MIST,
    PALE,
    PEACH,
    SAGE,
    WHITE,
    Color,
    Point,
    Sheet,
    molar,
)

GROUND: Color = (233, 242, 239)
SUN: Color = (255, 246, 230)
WATER: Color = (169, 211, 205)
NIGHT: Color = (18, 63, 59)


def _ground() -> Sheet:
    sheet = Sheet(GROUND, GROUND)
    sheet.disc(600, 400, 290, SUN)
    return sheet


def _arc(at: Point, wide: float, high: float, begin: float, end: float) -> list[Point]:
    """Return points along an ellipse, from one angle to the other in degrees, 0 to the right, 90 up."""
    turns = [math.radians(begin + (end - begin) * step / 24) for step in range(25)]
    return [(at[0] + wide * math.cos(turn), at[1] - high * math.sin(turn)) for turn in turns]


def _edged(sheet: Sheet, points: list[Point], fill: Color, edge: Color = GREEN, width: float = 14) -> None:
    sheet.shape(points, fill)
    sheet.line([*points, points[0]], edge, width)


def _tooth(sheet: Sheet, x: float, y: float, size: float) -> None:
    """Draw a white tooth with an edge that is as wide everywhere."""
    for step in range(16):
        away = math.tau * step / 16
        molar(sheet, x + 13 * math.cos(away), y + 13 * math.sin(away), size, GREEN)
    molar(sheet, x, y, size, WHITE)


def _glass(sheet: Sheet, x: float, top: float, foot: float, level: float) -> None:
    """Draw a tumbler that is filled up to `level`."""
    lean = 40 / (foot - top)
    inside = [(x - 128 + (level - top) * lean, level), (x + 128 - (level - top) * lean, level)]
    sheet.shape([(x - 128, top), (x + 128, top), (x + 88, foot), (x - 88, foot)], WHITE)
    sheet.shape([*inside, (x + 88, foot), (x - 88, foot)], WATER)
    sheet.line([(x - 128, top), (x - 88, foot), (x + 88, foot), (x + 128, top), (x - 128, top)], GREEN, 14)


def floss() -> Sheet:
    """Draw a box of floss with its thread out."""
    sheet = _ground()
    sheet.line(_arc((800, 330), 150, 130, 180, 20), BERRY, 13)
    sheet.box(420, 270, 780, 580, GREEN, round_by=80)
    sheet.box(435, 285, 765, 565, WHITE, round_by=66)
    sheet.disc(600, 425, 86, GREEN)
    sheet.disc(600, 425, 72, MIST)
    return sheet


def smile() -> Sheet:
    """Draw a tooth with a face."""
    sheet = _ground()
    _tooth(sheet, 600, 416, 1.24)
    for x in (555, 645):
        sheet.line([(x, 330), (x, 352)], GREEN, 15)
    sheet.line(_arc((600, 396), 62, 44, 200, 340), GREEN, 14)
    return sheet


def moon() -> Sheet:
    """Draw a quiet night over the hills."""
    sheet = Sheet(NIGHT, NIGHT)
    sheet.disc(720, 310, 150, SUN)
    sheet.disc(662, 276, 136, NIGHT)
    for x, y, radius in ((300, 200, 10), (450, 330, 7), (960, 180, 10), (1040, 390, 7), (210, 410, 6)):
        sheet.disc(x, y, radius, PEACH)
    sheet.wave(600, 46, 1300, (31, 99, 91), 0.6)
    sheet.wave(690, 30, 900, GREEN, 2.4)
    return sheet


def crack() -> Sheet:
    """Draw a tooth with a fine crack under a lens."""
    sheet = _ground()
    _tooth(sheet, 560, 416, 1.15)
    sheet.line([(760, 470), (890, 620)], INK, 34)
    sheet.disc(660, 350, 158, INK)
    sheet.disc(660, 350, 138, (244, 250, 248))
    sheet.line([(640, 224), (672, 284), (642, 340), (690, 396), (660, 476)], BERRY, 12)
    return sheet


def bedside() -> Sheet:
    """Draw a glass of water on the night table."""
    sheet = _ground()
    sheet.shape([(690, 250), (830, 250), (880, 400), (640, 400)], PEACH)
    sheet.line([(760, 400), (760, 570)], INK, 18)
    sheet.box(680, 560, 840, 590, INK, round_by=12)
    _glass(sheet, 470, 330, 584, 410)
    sheet.box(270, 586, 930, 622, (178, 128, 92), round_by=14)
    sheet.box(310, 622, 890, 700, (198, 150, 112))
    return sheet


def bristles() -> Sheet:
    """Draw a brush whose bristles go all ways."""
    sheet = _ground()
    for step in range(8):
        lean = (step - 3.5) * 15
        sheet.line([(660 + step * 34, 420), (660 + step * 34 + lean, 292)], WHITE, 27)
        sheet.line([(660 + step * 34, 420), (660 + step * 34 + lean, 292)], SAGE, 14)
    sheet.line([(250, 500), (520, 450), (640, 440), (910, 440)], GREEN, 58)
    sheet.line([(270, 496), (430, 466)], MIST, 16)
    return sheet


def apple() -> Sheet:
    """Draw a red apple with a leaf."""
    sheet = _ground()
    sheet.line([(600, 330), (606, 262), (648, 200)], INK, 18)
    sheet.leaf(628, 262, 22, 180, GREEN, girth=0.26)
    for side in (-1, 1):
        sheet.oval(600 + side * 82, 440, 148, 168, BERRY)
        sheet.oval(600 + side * 52, 530, 96, 108, BERRY)
    sheet.oval(496, 396, 26, 52, PEACH)
    return sheet


def guard() -> Sheet:
    """Draw a mouthguard and a ball."""
    sheet = _ground()
    sheet.disc(760, 330, 150, INK)
    sheet.disc(760, 330, 136, WHITE)
    for turn in range(5):
        away = math.radians(90 + turn * 72)
        sheet.line([(760, 330), (760 + 128 * math.cos(away), 330 - 128 * math.sin(away))], INK, 9)
    sheet.shape(
        [(760 + 52 * math.cos(t), 330 - 52 * math.sin(t)) for t in (math.tau * n / 5 + 0.31 for n in range(5))], INK
    )
    sheet.line(_arc((500, 450), 150, 170, 165, 375), GREEN, 92)
    sheet.line(_arc((500, 450), 150, 170, 165, 375), SAGE, 44)
    return sheet


def implant() -> Sheet:
    """Draw an implant with its crown."""
    sheet = _ground()
    _edged(sheet, [(486, 190), (714, 190), (690, 350), (510, 350)], WHITE)
    _edged(sheet, [(548, 350), (652, 350), (644, 396), (556, 396)], MIST)
    for step in range(5):
        half = 92 - step * 15
        sheet.line([(600 - half, 430 + step * 52), (600 + half, 410 + step * 52)], GREEN, 22)
    sheet.line([(600, 400), (600, 660)], GREEN, 26)
    return sheet


def bowl() -> Sheet:
    """Draw a bowl of candy."""
    sheet = _ground()
    for x, y, color in ((480, 386, BERRY), (600, 350, PEACH), (716, 388, SAGE), (545, 410, GREEN), (660, 408, BERRY)):
        for side in (-1, 1):
            sheet.shape([(x + side * 40, y), (x + side * 92, y - 38), (x + side * 92, y + 38)], color)
        sheet.disc(x, y, 54, color)
        sheet.line([(x - 22, y - 30), (x + 22, y + 30)], CREAM, 9)
    sheet.shape(_arc((600, 440), 270, 190, 180, 360), GREEN)
    sheet.box(520, 610, 680, 650, GREEN, round_by=14)
    sheet.line([(340, 440), (860, 440)], INK, 22)
    return sheet


def bubbles() -> Sheet:
    """Draw sparkling water with a slice of lemon."""
    sheet = _ground()
    _glass(sheet, 590, 170, 640, 290)
    for x, y, radius in (
        (548, 380, 16),
        (620, 440, 21),
        (570, 510, 14),
        (650, 350, 13),
        (532, 460, 11),
        (636, 560, 16),
    ):
        sheet.disc(x, y, radius, WHITE)
    sheet.disc(722, 196, 88, BERRY)
    sheet.disc(722, 196, 77, (242, 183, 149))
    for turn in range(4):
        away = math.radians(18 + turn * 45)
        across, up = 66 * math.cos(away), 66 * math.sin(away)
        sheet.line([(722 - across, 196 + up), (722 + across, 196 - up)], BERRY, 7)
    return sheet


def mug() -> Sheet:
    """Draw a steaming mug."""
    sheet = _ground()
    for x in (510, 580, 650):
        sheet.line([(x + 18 * math.sin(t / 3.2), 318 - t * 9) for t in range(20)], SAGE, 13)
    sheet.oval(744, 470, 84, 92, BERRY)
    sheet.oval(744, 470, 46, 54, SUN)
    sheet.box(420, 350, 740, 620, BERRY, round_by=46)
    sheet.box(420, 350, 740, 420, BERRY)
    sheet.oval(580, 352, 160, 32, (122, 72, 40))
    sheet.leaf(480, 560, 52, 150, PALE)
    return sheet


# What each month's tip shows: the drawing, its words, and the same in Spanish.
STILL_LIFES: dict[int, tuple[Callable[[], Sheet], str, str]] = {
    1: (floss, "Drawing: a box of floss with its thread out", "Dibujo: una caja de hilo dental con el hilo afuera"),
    2: (smile, "Drawing: a tooth that smiles", "Dibujo: un diente que sonríe"),
    3: (moon, "Drawing: a thin moon over dark hills", "Dibujo: una luna delgada sobre colinas oscuras"),
    4: (crack, "Drawing: a fine crack in a tooth, under a lens", "Dibujo: una grieta fina en un diente, bajo una lupa"),
    5: (bedside, "Drawing: a glass of water beside a lamp", "Dibujo: un vaso de agua junto a una lámpara"),
    6: (bristles, "Drawing: a brush with worn bristles", "Dibujo: un cepillo con cerdas gastadas"),
    7: (apple, "Drawing: a red apple", "Dibujo: una manzana roja"),
    8: (guard, "Drawing: a mouthguard and a ball", "Dibujo: un protector bucal y una pelota"),
    9: (implant, "Drawing: an implant with its crown", "Dibujo: un implante con su corona"),
    10: (bowl, "Drawing: a bowl of candy", "Dibujo: un tazón de dulces"),
    11: (bubbles, "Drawing: a glass of sparkling water", "Dibujo: un vaso de agua con gas"),
    12: (mug, "Drawing: a steaming mug", "Dibujo: una taza humeante"),
}
