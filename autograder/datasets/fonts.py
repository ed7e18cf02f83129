"""Draws characters as large images, using matplotlib's own fonts, which are the same on every machine."""

from __future__ import annotations

import functools
import string
from pathlib import Path

import numpy as np

_DEJAVU = [f"DejaVuSans{face}{style}" for face in ("", "Mono") for style in ("", "-Bold", "-Oblique")]
_DEJAVU += [f"DejaVuSerif{style}" for style in ("", "-Bold", "-Italic")]
_STIX = [f"STIXGeneral{style}" for style in ("", "Bol", "Italic", "BolIta")]
# Computer Modern has other characters in place of most punctuation, so only these are taken from it.
_COMPUTER_MODERN = ["cmr10", "cmb10", "cmss10", "cmtt10", "cmti10"]
_IN_COMPUTER_MODERN = frozenset(string.ascii_letters + string.digits)

FONTS = (*_DEJAVU, *_STIX, *_COMPUTER_MODERN)
_BLURS_PIXELS = (0.35, 0.7)
_INK = 20 / 28  # the fraction of the image that a font's characters fill together, as in MNIST


def varied(rng: np.random.Generator, y: np.ndarray, size: int, alphabet: str) -> np.ndarray:
    """Images of the characters alphabet[y], each in its own font and shape: (n, 1, size, size) uint8.

    The center of each pixel is mapped back through the image's transformation to a drawing of four times the size. The
    drawing's blur is about as wide as a pixel, so its nearest sample is good enough, without interpolation.
    y: (n,) int64. Raises: ValueError if a character has no ink in any font.
    """
    n, side = len(y), min(4 * size, 256)
    drawn, counts = drawings(alphabet, side, tuple(pixels / size for pixels in _BLURS_PIXELS))
    which = (np.cumsum(counts) - counts)[y] + rng.integers(0, counts[y])
    start = (rng.integers(0, len(drawn), n) * drawn.shape[1] + which) * side * side
    inverse, shift = _random_affine(rng, n)
    origin = 0.5 - np.einsum("nij,nj->ni", inverse, shift)
    affine = (side * np.concatenate([inverse, origin[:, :, None]], axis=2)).astype(np.float32)
    contrast, bias, noise = (
        rng.uniform(low, high, (n, 1)).astype(np.float32) for low, high in ((1.2, 2.2), (-0.1, 0.15), (0, 0.1))
    )
    middles = (np.arange(size, dtype=np.float32) + 0.5) / size - 0.5
    across, down = np.tile(middles, size), np.repeat(middles, size)
    flat = drawn.reshape(-1)
    images = np.empty((n, size * size), np.uint8)
    step = max(1, (1 << 18) // (size * size))  # limits memory, and fits the processor's cache
    for first in range(0, n, step):
        part = slice(first, first + step)
        column, row = (
            np.clip(a[:, :1] * across + a[:, 1:2] * down + a[:, 2:], 0, side - 1).astype(np.int32)
            for a in affine[part].swapaxes(0, 1)
        )  # clipped to the empty rim
        ink = flat[start[part, None] + (row * side + column)].astype(np.float32) / np.float32(255)
        ink = np.clip((ink - 0.5) * contrast[part] + 0.5 + bias[part], 0, 1)
        ink += noise[part] * rng.standard_normal(ink.shape, np.float32)
        images[part] = np.rint(np.clip(ink, 0, 1) * 255).astype(np.uint8)
    return images.reshape(n, 1, size, size)


def _random_affine(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """(n, 2, 2) inverses of a slant, a stretch and a rotation; (n, 2) shifts as fractions of the image's width."""
    angle = np.deg2rad(rng.uniform(-15, 15, n))
    scale = rng.uniform(0.8, 1.05, (n, 1)) * rng.uniform(0.9, 1.1, (n, 2))
    unslant = np.zeros((n, 2, 2))
    unslant[:, [0, 1], [0, 1]], unslant[:, 0, 1] = 1 / scale, rng.uniform(-0.2, 0.2, n)
    unturn = np.stack([np.cos(angle), np.sin(angle), -np.sin(angle), np.cos(angle)], axis=1).reshape(n, 2, 2)
    return unslant @ unturn, rng.uniform(-2 / 28, 2 / 28, (n, 2))


@functools.lru_cache(maxsize=4)
def drawings(alphabet: str, side: int, blurs: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Every character in every font that has it.

    Returns images: (len(blurs), drawings, side, side) uint8, read-only, ink is bright, one character after another;
    counts: (len(alphabet),) int, the number of fonts in which each character is drawn. blurs: as fractions of the side.
    All characters of a font keep their positions on the line and their relative sizes.
    Raises: ValueError if a character has no ink in any font.
    """
    from scipy.ndimage import gaussian_filter

    having = [[font for font in FONTS if _outline(font, c) is not None] for c in alphabet]
    missing = [c for c, fonts in zip(alphabet, having, strict=True) if not fonts]
    if missing:
        raise ValueError(f"alphabet: no font can draw {', '.join(map(repr, missing))}")
    of_font = {font: _draw(font, alphabet, side) for font in FONTS}
    sharp = np.stack([of_font[font][c] for c, fonts in zip(alphabet, having, strict=True) for font in fonts])
    images = np.stack([gaussian_filter(sharp, (0, blur * side, blur * side)) for blur in blurs])
    images.flags.writeable = False  # shared through the cache
    return images, np.array([len(fonts) for fonts in having])


def _draw(font: str, alphabet: str, side: int) -> dict[str, np.ndarray]:
    """The characters of the alphabet that this font has, each (side, side) uint8."""
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.transforms import Affine2D

    outlines = {c: outline for c in alphabet if (outline := _outline(font, c)) is not None}
    boxes = {c: outline.get_extents() for c, outline in outlines.items()}
    if not boxes:
        return {}
    bottom, top = min(box.y0 for box in boxes.values()), max(box.y1 for box in boxes.values())
    scale = _INK * side / max(top - bottom, *(box.width for box in boxes.values()))
    images = {}
    for c, outline in outlines.items():
        renderer = RendererAgg(side, side, dpi=72)
        pen = renderer.new_gc()
        pen.set_linewidth(0)
        pen.set_snap(False)
        middle = Affine2D().translate(-(boxes[c].x0 + boxes[c].x1) / 2, -(bottom + top) / 2)
        renderer.draw_path(pen, outline, middle.scale(scale).translate(side / 2, side / 2), (0, 0, 0))
        images[c] = np.array(renderer.buffer_rgba())[:, :, 3]
    return images


@functools.lru_cache(maxsize=4096)
def _outline(font: str, character: str):  # type: ignore[no-untyped-def]  # matplotlib's Path, imported below
    """The character's path without hinting; None if the font does not have it or it is blank."""
    import matplotlib
    from matplotlib.font_manager import FontProperties, get_font
    from matplotlib.path import Path as Outline
    from matplotlib.textpath import text_to_path

    if font in _COMPUTER_MODERN and character not in _IN_COMPUTER_MODERN:
        return None
    file = Path(matplotlib.get_data_path(), "fonts", "ttf", f"{font}.ttf")
    if not get_font(file).get_char_index(ord(character)):
        return None
    vertices, codes = text_to_path.get_text_path(FontProperties(fname=file), character)
    return Outline(vertices, codes) if len(vertices) else None
