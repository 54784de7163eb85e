"""What a sentence asks for: profiles, options, and what in it was not understood."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.plain_text import fold
from ..core.record import Record


class Prose(Record):
    """What a text asks for: profiles as (name, "named" or "phrase"), options as (name, value).

    `seen`: it holds a phrase, perhaps a negated one; `rest`: it holds words that are no phrase;
    `help`: it is a word for the help alone. The rest is what `left_over.LeftOver` says.
    """

    profiles: list[tuple[str, str]]
    options: list[tuple[str, str]]
    seen: bool
    rest: bool
    help: bool
    left: str = ""
    doubtful: tuple[str, ...] = ()
    misspelt: tuple[str, str] = ("", "")


def read_prose(text: str, profiles: Iterable[str], options: Iterable[str]) -> Prose:
    """What `text` asks for, out of the names in `profiles` and the phrases of `options`.

    The longest phrase at the leftmost place wins; a negated phrase is seen but asks for nothing.
    """
    if not text:
        return Prose([], [], seen=False, rest=False, help=False)
    # Loaded only for words: options alone are the usual run.
    import unicodedata

    from .left_over import read_left_over
    from .negation import counted_phrases
    from .phrases import find_phrases, fold_prose, load_phrases, mask

    data = load_phrases()
    folded = fold_prose(text)
    found = find_phrases(folded, data, profiles, options)
    neutral = [phrase for phrase in found if phrase.kind == "neutral"]
    phrases = [phrase for phrase in found if phrase.kind != "neutral"]
    masked = mask(folded.folded, neutral)
    counted = counted_phrases(masked, phrases, data["negation"]) if phrases else []
    return Prose(
        [(phrase.target, phrase.kind) for phrase in counted if phrase.is_profile],
        [phrase.option for phrase in counted if not phrase.is_profile],
        bool(phrases),
        any(unicodedata.category(c)[0] not in "PZC" for c in mask(folded.folded, found)),
        fold(text).strip(" ?!.。、！？") in data["help"],
        *read_left_over(folded, found, [*counted, *neutral], data),
    )
