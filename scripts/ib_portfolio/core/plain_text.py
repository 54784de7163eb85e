"""Text from statements and servers, made safe to print."""

from __future__ import annotations

from functools import lru_cache

# Markdown that could end a code block, start a link or an image, or hide text. `_` and `*` and `#`
# stay: inside the report's code block they are only characters, and symbols and file names hold
# them.
_MARKDOWN = str.maketrans({"`": "'", "<": "(", ">": ")", "|": "/", "[": "(", "]": ")"})
# What Markdown or a terminal makes a link of without any sign around it; ib: is the server's own.
_BARE_LINK = r"(?i)(?<!\bib):(?=//)|\bwww(?=\.[^\s.]+\.)"
_LONGEST = 200
# Nothing is drawn for these, whatever their category: the property Default_Ignorable_Code_Point,
# first and last of each range (Unicode 16.0, DerivedCoreProperties.txt), and the empty Braille
# pattern.
_INVISIBLE = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)


@lru_cache(maxsize=50_000)
def plain(text: str, longest: int = _LONGEST) -> str:
    """`text` on one line without control, invisible, private or Markdown characters, or links.

    White space of every kind becomes single spaces at the ends only (option symbols hold double
    spaces); more than `longest` characters are cut and end in "…".
    """
    kept = visible(text[: longest * 4]).translate(_MARKDOWN).strip()
    if "://" in kept or "www." in kept.lower():
        import re

        kept = re.sub(_BARE_LINK, r"\g<0> ", kept)  # a blank behind the sign, so that it is none
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def visible(text: str) -> str:
    """`text` with a space for every white space, and without all characters that nobody sees."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_printable, text))


def normalized(text: str, form: str = "NFKC") -> str:
    """`text` in a Unicode form; in NFKC full-width letters, digits and signs are the plain ones."""
    if text.isascii():
        return text  # which it is in every form; the tables of Unicode take a while to load
    import unicodedata

    return unicodedata.normalize(form, text)


def fold(text: str) -> str:
    """`text` as it is compared: NFKC, case folded, without invisible (format) characters."""
    folded = normalized(text).casefold()
    if folded.isascii():
        return folded
    import unicodedata

    return "".join(letter for letter in folded if unicodedata.category(letter) != "Cf")


def look_alike_key(text: str) -> str:
    """What is left of a symbol where neither case, width, signs nor invisible characters count.

    Two symbols with one key can be taken for each other: "BRK B" and "BRK.B", "VTI" and "ＶＴＩ".
    """
    folded = normalized(visible(text)).casefold()
    return "".join(character for character in folded if character.isalnum())


def _printable(character: str) -> str:
    """The character, a space for white space, nothing for what cannot be seen (as RLO, ESC)."""
    if character.isspace():
        return " "
    # Of what is no space, that is what Unicode puts in the group "Other".
    if not character.isprintable() or _is_ignorable(ord(character)):
        return ""
    return character


def _is_ignorable(code: int) -> bool:
    return any(first <= code <= last for first, last in _INVISIBLE)
