"""The checked documents of all commands, each with the checks that looked at it.

A command runs as a user has it; what its checks were given is written down, and given again with
another document.
"""

from __future__ import annotations

import os
import shlex
import sys
from typing import Any, Callable, Dict, List, NamedTuple, Sequence

sys.path.insert(
    0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "unit")
)

from checked_documents import Checked as Recorded
from checked_documents import recorded

from ib_portfolio.core.numbers import use_exact_decimals
from ib_portfolio.request.request import parse_words
from ib_portfolio.request.review_request import REVIEW, STRATEGY, read_review_words
from ib_portfolio.request.tax_request import (
    TAX_REPORT,
    WASH_SALE_CHECK,
    parse_tax_words,
)

TODAY = "2026-11-20"
Document = Dict[str, Any]
Part = Callable[[Document], Any]


class Look(NamedTuple):
    """A check that looked at a part of a document, and that part as it was."""

    check: Callable[[Any], Any]
    part: Part
    original: Any

    def passes(self, document: Document) -> bool:
        """Whether it notices nothing; what it cannot read it has noticed."""
        part = self.part(document)
        if part is self.original:
            return True
        try:
            found = self.check(part)
        except Exception:
            return False
        results = found[0] if isinstance(found, tuple) else found
        return all(row["passed"] for row in results)


class Checked(NamedTuple):
    """A document as it was shown, with all that looked at it."""

    document: Document
    looks: List[Look]

    def passes(self, document: Document) -> bool:
        """Whether nothing that looks at a part that is another now notices it."""
        return all(look.passes(document) for look in self.looks)


def _looks(
    made: Sequence[Recorded], door: str, document: Document, parts: Sequence[Part]
) -> List[Look]:
    own = [one for one in made if one.door == door]
    assert len(own) == len(parts) and own
    return [Look(one.again, part, part(document)) for one, part in zip(own, parts)]


def _whole(document: Document) -> Any:
    return document


def _account(place: int) -> Part:
    return lambda document: document["accounts"][place]


def _plan_of_account(place: int) -> Part:
    return lambda document: document["accounts"][place]["plan"]


def _plans_of_all(document: Document, totals: Document) -> Document:
    """The plans of a household's strategies as the one plan that they are from."""
    return {"accounts": [one["plan"] for one in document["accounts"]], "household": totals}


def household_plan(words: str, path: str) -> Checked:
    """The plans of all accounts with what they come to together."""
    from ib_portfolio.household import plan_household

    with recorded() as made:
        request = parse_words([*shlex.split(words), "--account", "all", "--statement", path])
        document = plan_household(request, TODAY)
    count = len(document["accounts"])
    looks = _looks(made, "check_plan", document, [_account(place) for place in range(count)])
    return Checked(document, looks + _looks(made, "check_household_plan", document, [_whole]))


def review(words: str, path: str) -> Checked:
    """What a statement proves about one account."""
    from ib_portfolio.review import review_portfolio

    with recorded() as made:
        request = read_review_words(REVIEW, [*shlex.split(words), "--statement", path])
        document = review_portfolio(request, TODAY).document
    return Checked(document, _looks(made, "check_review", document, [_whole]))


def household_review(words: str, path: str) -> Checked:
    """What a statement proves about all accounts."""
    from ib_portfolio.review import review_portfolio

    typed = [*shlex.split(words), "--account", "all", "--statement", path]
    with recorded() as made:
        document = review_portfolio(read_review_words(REVIEW, typed), TODAY).document
    count = len(document["accounts"])
    looks = _looks(made, "check_review", document, [_account(place) for place in range(count)])
    return Checked(document, looks + _looks(made, "check_household", document, [_whole]))


def strategy(words: str, path: str) -> Checked:
    """The stages of one account."""
    from ib_portfolio.strategy import plan_strategy

    with recorded() as made:
        request = read_review_words(STRATEGY, [*shlex.split(words), "--statement", path])
        document = plan_strategy(request, TODAY).document
    looks = _looks(made, "check_plan", document, [lambda document: document["plan"]])
    return Checked(document, looks + _looks(made, "check_strategy", document, [_whole]))


def household_strategy(words: str, path: str) -> Checked:
    """The stages of all accounts."""
    from ib_portfolio.strategy import plan_strategy

    typed = [*shlex.split(words), "--account", "all", "--statement", path]
    with recorded() as made:
        document = plan_strategy(read_review_words(STRATEGY, typed), TODAY).document
    places = range(len(document["accounts"]))
    looks = _looks(made, "check_plan", document, [_plan_of_account(place) for place in places])
    looks += _looks(made, "check_strategy", document, [_account(place) for place in places])
    (joint,) = (one for one in made if one.door == "check_household_plan")
    totals = joint.document["household"]
    looks.append(Look(joint.again, lambda document: _plans_of_all(document, totals), None))
    return Checked(document, looks + _looks(made, "check_household_strategy", document, [_whole]))


def tax_report(words: str, path: str) -> Checked:
    """What a year realised and paid."""
    from ib_portfolio.tax_report import carry_out

    with recorded() as made:
        request = parse_tax_words(TAX_REPORT, [*shlex.split(words), "--statement", path])
        document = carry_out(request, TODAY).document
    return Checked(document, _looks(made, "check_taxes", document, [_whole]))


def wash_sales(words: str, path: str) -> Checked:
    """Which losses are wash sales, and which can be taken."""
    from ib_portfolio.wash_sale_check import carry_out

    with recorded() as made:
        request = parse_tax_words(WASH_SALE_CHECK, [*shlex.split(words), "--statement", path])
        document = carry_out(request, TODAY).document
    return Checked(document, _looks(made, "check_wash_sales", document, [_whole]))


COMMANDS: Dict[str, Callable[[str, str], Checked]] = {
    "household": household_plan,
    "review": review,
    "reviews": household_review,
    "strategy": strategy,
    "strategies": household_strategy,
    "tax": tax_report,
    "wash": wash_sales,
}


def checked(command: str, words: str, path: str) -> Checked:
    """The document of a command for what is typed and a statement; what looked at it passes."""
    use_exact_decimals()
    return COMMANDS[command](words, path)
