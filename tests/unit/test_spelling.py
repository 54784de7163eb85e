"""Typing errors between two words."""

from __future__ import annotations

import pytest

from ib_portfolio.core.spelling import nearest, typing_errors


@pytest.mark.parametrize(
    "first, second, errors",
    [
        ("growth", "growth", 0),
        ("grwth", "growth", 1),
        ("growtth", "growth", 1),
        ("grawth", "growth", 1),
        ("gorwth", "growth", 1),
        ("APPL", "AAPL", 1),
        ("", "abc", 3),
        ("income", "balanced", 7),
    ],
)
def test_a_letter_too_many_too_few_wrong_or_swapped_is_one_error(first, second, errors):
    assert typing_errors(first, second) == typing_errors(second, first) == errors


def test_the_nearest_within_the_bound_is_found():
    names = ["balanced", "growth", "income"]
    assert nearest("grwth", names, 1) == "growth"
    assert nearest("grwt", names, 1) == ""
    assert nearest("unbalanced", names, 2) == ""
    assert nearest("ab", ["ax", "ab"], 2) == "ab"
