"""How far a word is from another, to ask whether that one was meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, choices: Iterable[str], most: int) -> str:
    """The choice with the fewest typing errors to `word`, "" if all have more than `most`.

    The first of several. A typing error is a letter too many, too few, wrong, or two letters
    swapped. The first letter must be right: few people mistype it, and it keeps words apart that
    differ in it by meaning ("unbalanced").
    """
    near = [
        (errors, place, choice)
        for place, choice in enumerate(choices)
        if choice[:1] == word[:1] and abs(len(choice) - len(word)) <= most
        for errors in [typing_errors(word, choice)]
        if errors <= most
    ]
    return min(near)[2] if near else ""


def typing_errors(first: str, second: str) -> int:
    """The optimal string alignment distance of two words."""
    before: list[int] = []
    last = list(range(len(second) + 1))
    for i, one in enumerate(first, 1):
        row = [i]
        for j, other in enumerate(second, 1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (one != other))
            if i > 1 and j > 1 and one == second[j - 2] and first[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
