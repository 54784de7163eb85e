"""What of a text is no phrase: the words to say in the report, and those to ask about instead.

A plan that leaves an instruction out looks as if it had followed it. So whatever may be one (a
number, a ticker, a verb such as "sell", a profile with a typing error) is asked about.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from ..core.record import Record
from ..core.spelling import nearest
from .phrases import MASK, FoldedText, Phrase, mask

_NUMBER = r"[A-Za-z0-9$€£¥+][A-Za-z0-9.,/$€£¥%+']*[万千億]*(?:円|株|口|割|ドル)?|\d+"
_KANJI_NUMBER = r"[一二三四五六七八九十百千万億]+(?:割|円|株|口|%|パーセント|分の[一二三四五])"
_TICKER = r"(?<![A-Za-z0-9'])[A-Z]{2,5}(?!'[A-RT-Z])(?![A-Za-z0-9])"
_DOTTED = r"(?<![A-Za-z0-9])[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)+"
_CLAUSE_END = r"[、。.,!?;:\n]"
_SEGMENT_END = f'[{MASK}\n、。!?;:()「」『』"“”…]+|[,.](?!\\w)'
_UNBROKEN = r"[^\s\0、。,.!?;:「」]*"
# Between a profile and 替え or 移: 「へ」, 「型に切り」.
_TO_A_PROFILE = r"[ぁ-ん]*(?:運用|配分|型|的)?[ぁ-ん]*[切乗入]?[ぁ-ん]?"
_MOST = 5  # of one kind are enough to ask about
_NEAR = 80  # characters beside a phrase that can belong to it

Hits = Iterator[tuple[int, str]]  # where in the text, and the words to ask about


class LeftOver(Record):
    """`words` are for the report; the others are reasons to ask before there is a plan."""

    words: str
    doubtful: tuple[str, ...]  # what looks like an instruction, in the order typed, each once
    misspelt: tuple[str, str]  # a word and the profile that it may mean; ("", "") without one


def read_left_over(
    text: FoldedText, found: list[Phrase], counted: list[Phrase], data: dict
) -> LeftOver:
    """What is left of `text` beside the phrases `found` in it, of which `counted` are asked for.

    `data` is phrases.json. A negated profile is among the words when no profile is asked for.
    """
    rules = data["left_over"]
    blank = mask(text.shown, found)
    hits = [*_numbers(blank), *_tickers(blank, rules), *_verbs(blank, found, rules)]
    hits += _narrowed(text.shown, found, rules)
    asked = set(counted)
    hits += [(one.start, one.value) for one in found if one.names_symbols and one not in asked]
    profile_asked = any(phrase.is_profile for phrase in asked)
    said = [one for one in found if one in asked or profile_asked or not one.is_profile]
    return LeftOver(
        ", ".join(_segments(mask(text.shown, said), rules)),
        tuple(dict.fromkeys(word for _, word in sorted(hits) if word))[:_MOST],
        _misspelt(blank.casefold(), data),
    )


def _numbers(blank: str) -> Hits:
    with_digits = (
        found
        for found in re.finditer(_NUMBER, blank)
        if any(character.isdigit() for character in found.group())
    )
    for found in islice(with_digits, _MOST):
        yield found.start(), found.group().rstrip(".,'")
    for found in islice(re.finditer(_KANJI_NUMBER, blank), _MOST):
        yield found.start(), found.group()


def _tickers(blank: str, rules: dict) -> Hits:
    for form in (_TICKER, _DOTTED):
        words = (found for found in re.finditer(form, blank))
        unknown = (one for one in words if one.group().casefold() not in rules["no_tickers"])
        for found in islice(unknown, _MOST):
            yield found.start(), found.group()


def _verbs(blank: str, found: list[Phrase], rules: dict) -> Hits:
    """Verbs that ask for an act; one that leads to a profile ("move to growth") does not."""
    folded = blank.casefold()
    acts = [*_words(rules["en_acts"], folded)]
    acts += (
        verb
        for verb in _words(rules["en_changes"], folded)
        if not _leads_on(folded, verb.end(), found, rules)
    )
    for verb in acts[:_MOST]:
        yield verb.start(), blank[verb.start() : verb.end()]
    ends = [phrase.end for phrase in found if phrase.is_profile]
    acts = [*islice(re.finditer("|".join(rules["ja_acts"]), folded), _MOST)]
    acts += (
        verb
        for verb in re.finditer("|".join(rules["ja_changes"]), folded)
        if not _leads_up(folded, verb.start(), ends)
    )
    for verb in acts[:_MOST]:
        yield verb.start(), _unbroken(blank, verb.start())


def _words(words: list[str], folded: str) -> Iterator[re.Match[str]]:
    return re.finditer(rf"(?<![a-z0-9'])(?:{'|'.join(words)})(?![a-z0-9'])", folded)


def _leads_on(folded: str, end: int, found: list[Phrase], rules: dict) -> bool:
    """Whether a profile follows, with nothing but small words between."""
    for phrase in found:
        if phrase.start >= end and phrase.is_profile:
            between = folded[end : phrase.start].replace(MASK, " ").split()
            return set(between) <= {*rules["en_small"], *rules["en_to_a_profile"]}
    return False


def _leads_up(folded: str, start: int, ends: list[int]) -> bool:
    """Whether one of the profiles that end at `ends` stands just before, but for small words."""
    last = bisect_right(ends, start)
    between = folded[ends[last - 1] : start].replace(MASK, "") if last else "?"
    return re.fullmatch(_TO_A_PROFILE, between) is not None


def _unbroken(blank: str, place: int) -> str:
    """The words without a break around a Japanese verb."""
    before = re.findall(_UNBROKEN, blank[max(place - _NEAR, 0) : place])
    after = re.match(_UNBROKEN, blank[place : place + _NEAR])
    joined = before[-2] if place and blank[place - 1] != MASK else ""
    return joined + after.group()


def _narrowed(shown: str, found: list[Phrase], rules: dict) -> Hits:
    """What narrows an option that holds for everything, or counts in another unit than money."""
    seen = mask(shown, [phrase for phrase in found if not phrase.is_profile])
    for phrase in found:
        after = seen[phrase.end : phrase.end + _NEAR]
        if phrase.target == "no-sell":
            before = seen[max(phrase.start - _NEAR, 0) : phrase.start]
            latin = shown[phrase.start].isascii()
            yield phrase.start, _object_after(after, rules) if latin else _object(before, rules)
        elif phrase.kind == "option" and phrase.value and not phrase.names_symbols:
            unit = re.match(rf" ?(?:{'|'.join(rules['units'])})(?![a-z])", after.casefold())
            yield phrase.start, f"{phrase.value}{unit.group()}" if unit else ""


def _object_after(after: str, rules: dict) -> str:
    """What stands behind "without selling", "" where nothing is excepted."""
    words = re.split(_CLAUSE_END, after, maxsplit=1)[0].replace(MASK, " ").split()
    all_of_it = not words or words[0].casefold() in rules["everything"]
    return "" if all_of_it else " ".join(words[:4])


def _object(before: str, rules: dict) -> str:
    """What stands before 「売らないで」, "" where nothing is excepted."""
    words = re.split(rf"{_CLAUSE_END}|\s", before)[-1].replace(MASK, "")
    named = re.search(r"(\S*?)(?:だけは|だけ|は|を|も)\Z|(\S*[^\sぁ-ん])\Z", words)
    word = (named.group(1) or named.group(2) or "") if named else ""
    return "" if word in rules["everything"] else word


def _segments(blank: str, rules: dict) -> Iterator[str]:
    """The words between phrases and clauses, without those that mean nothing here."""
    small, negations = set(rules["en_small"]), set(rules["en_negations"])
    pieces = tuple(rules["ja_small"])

    def is_small(word: str) -> bool:
        folded = word.casefold().strip("'/&-|<>~*$`")
        return folded in small or _made_of(folded, pieces)

    for segment in re.split(_SEGMENT_END, blank):
        words = segment.split()
        if all(is_small(word) or word.casefold() in negations for word in words):
            continue
        while is_small(words[0]):
            del words[0]
        while is_small(words[-1]):
            del words[-1]
        yield re.sub(r"\A(?:には|では|でも|とは|[にはをがのでもと])(?=.)", "", " ".join(words))


def _made_of(word: str, pieces: tuple[str, ...]) -> bool:
    """Whether `word` is a row of `pieces`."""
    reached = {0}
    for place in range(len(word)):
        if place in reached:
            reached |= {place + len(one) for one in pieces if word.startswith(one, place)}
    return len(word) in reached


def _misspelt(blank: str, data: dict) -> tuple[str, str]:
    """The first word that is nearly a profile's name or a long word for one, and that profile."""
    profiles = {name: name for name in data["profiles"]}
    long_words = {
        phrase: name
        for name, phrases in data["profiles"].items()
        for phrase in phrases
        if len(phrase) > 6 and phrase.isascii() and phrase.isalpha()
    }
    ordinary = data["left_over"]["ordinary"]
    for word in dict.fromkeys(re.findall(r"(?<![a-z])[a-z]{5,14}(?![a-z])", blank)):
        if word in ordinary:
            continue
        near = nearest(word, profiles, 2 if len(word) > 6 else 1) or nearest(word, long_words, 1)
        if near:
            return word, {**long_words, **profiles}[near]
    return "", ""
