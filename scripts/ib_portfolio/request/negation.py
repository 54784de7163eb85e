"""Which phrases of a text count: not those that it negates, nor those that it turns away from."""

from __future__ import annotations

import re

from .phrases import Phrase


def counted_phrases(text: str, phrases: list[Phrase], rules: dict) -> list[Phrase]:
    """The phrases that are neither negated nor only the place a change starts from.

    `text` is folded, what is neutral in it blanked; `rules` are "negation" of phrases.json.
    """
    edges = [0] + [phrase.end for phrase in phrases]
    starts = [phrase.start for phrase in phrases] + [len(text)]
    # gaps[i] is the text before phrase i, gaps[i + 1] the text after it.
    gaps = [text[edge:start] for edge, start in zip(edges, starts)]
    negated = _negated(phrases, gaps, rules)
    counted = [i for i in range(len(phrases)) if not negated[i]]
    if len({phrases[i].target for i in counted if phrases[i].is_profile}) > 1:
        counted = [i for i in counted if not _left_behind(i, phrases, gaps, rules)]
    return [phrases[i] for i in counted]


def _negated(phrases: list[Phrase], gaps: list[str], rules: dict) -> list[bool]:
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


def _is_joined(first: Phrase, second: Phrase, gap: str, rules: dict) -> bool:
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


def _left_behind(i: int, phrases: list[Phrase], gaps: list[str], rules: dict) -> bool:
    """Whether phrase `i` is what a change to the next profile starts from ("from growth to …")."""
    if i + 1 == len(phrases) or not (phrases[i].is_profile and phrases[i + 1].is_profile):
        return False
    place = f"{gaps[i][-60:]}◇{gaps[i + 1][:60]}"
    return any(re.search(rule, place) for rule in rules["left_behind"])
