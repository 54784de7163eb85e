"""Draws .claude-plugin/icon.png: three bars, under, on and over a target line.

Usage: python3 tools/draw_icon.py
Development only. The same bytes each time; standard library only.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

ICON = Path(__file__).resolve().parent.parent / ".claude-plugin" / "icon.png"
SIZE = 512
FINE = 4  # samples a side of each pixel, for smooth edges

# Each shape: left, top, right, bottom, corner radius, colour. Later shapes cover earlier ones.
SHAPES = (
    (0, 0, 512, 512, 112, (22, 32, 50)),
    (72, 194, 440, 206, 6, (150, 162, 184)),
    (104, 274, 184, 400, 24, (126, 176, 255)),
    (216, 194, 296, 400, 24, (98, 214, 160)),
    (328, 114, 408, 400, 24, (255, 196, 92)),
)


def draw() -> bytes:
    """The icon as the bytes of a PNG file, 512 by 512 pixels, RGBA."""
    drawn: dict[tuple, bytes] = {}
    rows = b""
    for y in range(SIZE):
        cuts = tuple(_cut(y, top, bottom, radius) for _, top, _, bottom, radius, _ in SHAPES)
        if cuts not in drawn:
            drawn[cuts] = _row(y)
        rows += b"\0" + drawn[cuts]
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    parts = _chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk: length, kind, data, checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _cut(y: int, top: int, bottom: int, radius: int) -> int:
    """Where row `y` cuts a shape: -1 beside it, else how far from its end, up to its radius."""
    return max(-1, min(y - top, bottom - 1 - y, radius))


def _row(y: int) -> bytes:
    """The RGBA bytes of pixel row `y`."""
    return b"".join(_pixel(x, y) for x in range(SIZE))


def _pixel(x: int, y: int) -> bytes:
    """The RGBA bytes of one pixel: every shape laid over the ones below by its coverage."""
    red, green, blue, alpha = 0.0, 0.0, 0.0, 0.0
    for *box, colour in SHAPES:
        cover = _coverage(x, y, *box)
        if cover:
            rest = 1 - cover
            alpha = cover + alpha * rest
            red, green, blue = (
                new * cover + old * rest for new, old in zip(colour, (red, green, blue))
            )
    return bytes(round(value) for value in (*_plain(red, green, blue, alpha), alpha * 255))


def _plain(red: float, green: float, blue: float, alpha: float) -> tuple:
    """The colour without the transparency that was mixed into it."""
    return tuple(value / alpha for value in (red, green, blue)) if alpha else (0, 0, 0)


def _coverage(x: int, y: int, left: int, top: int, right: int, bottom: int, radius: int) -> float:
    """The share of pixel (x, y) that lies in the rounded box, 0 to 1."""
    if x + 1 <= left or x >= right or y + 1 <= top or y >= bottom:
        return 0.0
    if left + radius <= x < right - radius or top + radius <= y < bottom - radius:
        return 1.0
    steps = [(step + 0.5) / FINE for step in range(FINE)]
    inside = 0
    for dx in steps:
        for dy in steps:
            across = max(left + radius - (x + dx), 0, (x + dx) - (right - radius))
            down = max(top + radius - (y + dy), 0, (y + dy) - (bottom - radius))
            inside += across * across + down * down <= radius * radius
    return inside / (FINE * FINE)


if __name__ == "__main__":
    ICON.write_bytes(draw())
