"""Phrases in free text: which profiles and options a sentence asks for, in Japanese and English."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "phrases.json")
NUMBER = "{number}"
# An amount with its currency, as "€5,000" or 「5万円」, and without where the template has its own.
# Compiled by `re` where a phrase needs them, which is seldom.
_AMOUNT = r"([$€£¥]? ?\d[\d,]*(?:\.\d+)?[万千k]?)"
_AMOUNT_IN_CURRENCY = (
    _AMOUNT + r" ?(円|ドル|ユーロ|ポンド|(?:usd|eur|gbp|jpy|dollars?|euros?|yen)(?![a-z]))"
)
_APOSTROPHES = str.maketrans("’‘ʼ`", "''''")
_HYPHENS_AND_DASHES = str.maketrans({**dict.fromkeys("-‐‑−", " "), **dict.fromkeys("–—―─", ";")})
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_MASK = "\0"


class Prose(NamedTuple):
    """What a text asks for: profiles as (name, "named" or "phrase"), options as (name, value).

    `seen`: it holds a phrase, perhaps a negated one; `rest`: it holds words that are no phrase.
    """

    profiles: list[tuple[str, str]]
    options: list[tuple[str, str]]
    seen: bool
    rest: bool


class _Phrase(NamedTuple):
    kind: str  # "named", "phrase", "option", "neutral"
    target: str
    value: str
    start: int
    end: int

    @property
    def is_profile(self) -> bool:
        return self.kind in ("named", "phrase")


def fold(text: str) -> str:
    """`text` as it is compared: NFKC, case folded, without invisible (format) characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if folded.isascii():
        return folded
    return "".join(c for c in folded if unicodedata.category(c) != "Cf")


def read_prose(text: str, profiles: Iterable[str], options: Iterable[str]) -> Prose:
    """What `text` asks for, out of the names in `profiles` and the phrases of `options`.

    The longest phrase at the leftmost place wins; a negated phrase is seen but asks for nothing.
    """
    if not text:
        return Prose([], [], False, False)
    with open(PATH, encoding="utf-8") as file:
        data = json.load(file)
    folded = _fold_prose(text)
    found = _find(folded, _index(data, profiles, options))
    masked = _mask(folded, [phrase for phrase in found if phrase.kind == "neutral"])
    phrases = [phrase for phrase in found if phrase.kind != "neutral"]
    counted = _counted(masked, phrases, data["negation"]) if phrases else []
    return Prose(
        [(phrase.target, phrase.kind) for phrase in counted if phrase.is_profile],
        [(phrase.target, phrase.value) for phrase in counted if not phrase.is_profile],
        bool(phrases),
        any(unicodedata.category(c)[0] not in "PZC" for c in _mask(masked, phrases)),
    )


def _fold_prose(text: str) -> str:
    """Folded, hyphens as spaces, dashes as clause ends, one space or line end for white space."""
    folded = fold(text).translate(_APOSTROPHES).translate(_HYPHENS_AND_DASHES)
    return re.sub(r"\s+", lambda space: "\n" if "\n" in space.group() else " ", folded)


def _index(
    data: dict, profiles: Iterable[str], options: Iterable[str]
) -> dict[str, list[tuple[str, str, str]]]:
    """(template, kind, target) of every phrase by its first character; "{" for a leading number."""
    rows = [(name, "named", name) for name in profiles]
    rows += [(p, "phrase", name) for name in profiles for p in data["profiles"].get(name, ())]
    rows += [(p, "option", name) for name in options for p in data["options"].get(name, ())]
    rows += [(p, "neutral", "") for p in data["neutral"]]
    index: dict[str, list[tuple[str, str, str]]] = {}
    for template, kind, target in rows:
        index.setdefault(template[0], []).append((template, kind, target))
    return index


def _find(text: str, index: dict[str, list[tuple[str, str, str]]]) -> list[_Phrase]:
    """Every phrase of `text` from left to right, without overlap."""
    found: list[_Phrase] = []
    numbers = index.get("{", [])
    position = 0
    while position < len(text):
        character = text[position]
        rows = index.get(character, [])
        if numbers and (character in "$€£¥" or character.isdigit()):
            rows = rows + numbers
        best, reach = None, position
        for template, kind, target in rows if _may_start(text, position) else ():
            end, value, consumed = _match(text, position, template)
            if end > reach:
                reach = end
                best = _Phrase(kind, target, value, position, consumed)
        if best:
            found.append(best)
        position = best.end if best else position + 1
    return found


def _may_start(text: str, position: int) -> bool:
    """Not inside a latin word, nor inside a number such as 1,000.50."""
    if position == 0 or text[position] not in _LATIN:
        return True
    if text[position].isdigit() and text[position - 1] in ",.":
        return not text[max(position - 2, 0) : position - 1].isdigit()
    return text[position - 1] not in _LATIN


def _match(text: str, start: int, template: str) -> tuple[int, str, int]:
    """(where `template` ends, its number, where it stops consuming); an end of -1 for no match.

    A part in [brackets] must follow but is left for the next phrase: "income [tax]".
    """
    consumed, _, ahead = template.partition("[")
    head, number, tail = consumed.partition(NUMBER)
    if not text.startswith(head, start):
        return -1, "", -1
    rest = tail + ahead.rstrip("]")
    end, value = start + len(head), ""
    if number:
        forms = (re.compile(form) for form in (_AMOUNT_IN_CURRENCY, _AMOUNT))
        amounts = [amount for amount in (form.match(text, end) for form in forms) if amount]
        fitting = [amount for amount in amounts if text.startswith(rest, amount.end())]
        if not fitting:
            return -1, "", -1
        end, value = fitting[0].end(), " ".join(fitting[0].groups()).replace(",", "")
    reach = end + len(rest)
    inside_word = reach < len(text) and text[reach - 1] in _LATIN and text[reach] in _LATIN
    if inside_word or not text.startswith(rest, end):
        return -1, "", -1
    return reach, value, end + len(tail)


def _mask(text: str, phrases: list[_Phrase]) -> str:
    """`text` with every place of `phrases` blanked, its length unchanged."""
    pieces, position = [], 0
    for phrase in phrases:
        pieces += [text[position : phrase.start], _MASK * (phrase.end - phrase.start)]
        position = phrase.end
    return "".join(pieces) + text[position:]


def _counted(text: str, phrases: list[_Phrase], rules: dict) -> list[_Phrase]:
    """The phrases that are neither negated nor only the place a change starts from."""
    edges = [0] + [phrase.end for phrase in phrases]
    starts = [phrase.start for phrase in phrases] + [len(text)]
    # gaps[i] is the text before phrase i, gaps[i + 1] the text after it.
    gaps = [text[edge:start] for edge, start in zip(edges, starts)]
    negated = _negated(phrases, gaps, rules)
    counted = [i for i in range(len(phrases)) if not negated[i]]
    if len({phrases[i].target for i in counted if phrases[i].is_profile}) > 1:
        counted = [i for i in counted if not _left_behind(i, phrases, gaps, rules)]
    return [phrases[i] for i in counted]


def _negated(phrases: list[_Phrase], gaps: list[str], rules: dict) -> list[bool]:
    """For every phrase whether its clause negates it."""
    after = [_negated_after(gap, rules) for gap in gaps[1:]]
    for i in range(len(after) - 2, -1, -1):  # 積極的や配当重視は避けたい: both
        if gaps[i + 1].strip() in rules["ja_joiners"]:
            after[i] = after[i] or after[i + 1]
    negated: list[bool] = []
    for i, phrase in enumerate(phrases):
        # neither growth nor income, not aggressive growth: the negation goes on
        goes_on = i > 0 and negated[-1] and _is_joined(phrases[i - 1], phrase, gaps[i], rules)
        negated.append(goes_on or after[i] or _negated_before(gaps[i], rules))
    return negated


def _is_joined(first: _Phrase, second: _Phrase, gap: str, rules: dict) -> bool:
    return gap.strip() in rules["en_joiners"] or (gap == " " and first.target == second.target)


def _negated_before(gap: str, rules: dict) -> bool:
    if gap.endswith(tuple(rules["ja_before"])):
        return True
    clause = re.split(rules["en_clause_end"], gap)[-1]
    words = re.findall(r"[a-z']+", clause)[-rules["en_between"] - 1 :]
    near = f" {' '.join(words)} "
    return any(f" {word} " in near for word in rules["en_before"])


def _negated_after(gap: str, rules: dict) -> bool:
    clause = re.split(rules["ja_clause_end"], gap, maxsplit=1)[0]
    if any(marker in clause for marker in rules["ja_after"]):
        return True
    return f"{gap.lstrip(' )')} ".startswith(tuple(f"{words} " for words in rules["en_after"]))


def _left_behind(i: int, phrases: list[_Phrase], gaps: list[str], rules: dict) -> bool:
    """Whether phrase `i` is what a change to the next profile starts from ("from growth to …")."""
    if i + 1 == len(phrases) or not (phrases[i].is_profile and phrases[i + 1].is_profile):
        return False
    place = f"{gaps[i][-60:]}◇{gaps[i + 1][:60]}"
    return any(re.search(rule, place) for rule in rules["left_behind"])
