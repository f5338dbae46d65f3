"""What stands in the demo's picture library: each drawing with its words in both languages and its shelf."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from home.demo.seed import drawings


@dataclass(frozen=True)
class Drawing:
    """One picture: its file, its title, what it shows in both languages, its shelf, and how it is drawn."""

    name: str
    title: str
    alt: str
    alt_es: str
    shelf: str
    draw: Callable[[], drawings.Sheet]


PRACTICE, CARE, TOWN, GROWING = "Our practice", "Care and habits", "Port Ellery", "Plants and seasons"
DRAWINGS = (
    Drawing(
        "door.jpg",
        "Our door",
        "Drawing: a green door with a leaf in its window, a bench, two plants",
        "Dibujo: una puerta verde con una hoja en la ventana, un banco, dos plantas",
        PRACTICE,
        drawings.door,
    ),
    Drawing(
        "chair.jpg",
        "The chair by the window",
        "Drawing: a green treatment chair beside a window",
        "Dibujo: un sillón de dentista verde junto a una ventana",
        PRACTICE,
        drawings.chair,
    ),
    Drawing(
        "hands.jpg",
        "Hands with a sprig",
        "Drawing: two hands hold a juniper sprig",
        "Dibujo: dos manos sostienen una ramita de enebro",
        PRACTICE,
        drawings.hands,
    ),
    Drawing(
        "tooth.jpg",
        "A tooth in a wreath",
        "Drawing: a white tooth in a wreath of leaves",
        "Dibujo: un diente blanco en una corona de hojas",
        CARE,
        drawings.tooth,
    ),
    Drawing(
        "brushes.jpg",
        "Brushes in a glass",
        "Drawing: two toothbrushes in a glass, a tube beside",
        "Dibujo: dos cepillos de dientes en un vaso, con un tubo al lado",
        CARE,
        drawings.brushes,
    ),
    Drawing(
        "cup.jpg",
        "A warm cup",
        "Drawing: a steaming cup and a red apple on a table",
        "Dibujo: una taza con vapor y una manzana roja sobre una mesa",
        CARE,
        drawings.cup,
    ),
    Drawing(
        "sea.jpg",
        "The bay",
        "Drawing: two sailboats in the bay under a low sun",
        "Dibujo: dos veleros en la bahía bajo un sol bajo",
        TOWN,
        drawings.sea,
    ),
    Drawing(
        "lighthouse.jpg",
        "Kestrel Point",
        "Drawing: a lighthouse with red bands above the sea",
        "Dibujo: un faro con franjas rojas sobre el mar",
        TOWN,
        drawings.lighthouse,
    ),
    Drawing(
        "street.jpg",
        "Juniper Row",
        "Drawing: a row of gabled houses in many colors",
        "Dibujo: una fila de casas de muchos colores con tejados en punta",
        TOWN,
        drawings.street,
    ),
    Drawing(
        "plants.jpg",
        "Plants on the sill",
        "Drawing: three potted plants on a window sill",
        "Dibujo: tres plantas en macetas junto a una ventana",
        GROWING,
        drawings.plants,
    ),
)
