"""Texts of targets, prices and bands: any order, spacing and width of letters reads the same."""

from __future__ import annotations

from decimal import Decimal
from typing import List, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ib_portfolio.core.messages import Refusal, Usage
from ib_portfolio.request.policy.own_target import read_target
from ib_portfolio.request.policy.stated_bands import Band, read_bands
from ib_portfolio.request.policy.stated_prices import StatedPrice, read_prices
from ib_portfolio.request.policy.target_words import find_target

NAMES = ("VTI", "VXUS", "BRK B", "7203.T", "T 4 1/4 11/15/34", "三菱", "STK", "BOND")
FULL_WIDTH = str.maketrans("0123456789.%,", "０１２３４５６７８９．％，")


@st.composite
def shares(draw: st.DrawFn) -> List[Tuple[str, Decimal]]:
    """Names with percents of up to 100, exact to four decimals."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True))
    parts = [draw(st.integers(0, 10_000)) for _ in names]
    most = max(sum(parts), 1)
    whole = draw(st.integers(1, 1_000_000))
    return [(name, Decimal(part * whole // most) / 10_000) for name, part in zip(names, parts)]


@given(shares(), st.sampled_from([", ", ",", "; ", "、", "\n"]), st.sampled_from(["", "%", " %"]))
def test_names_and_percents_are_read_exactly(pairs, between: str, sign: str) -> None:
    text = between.join(f"{name} {percent}{sign}" for name, percent in pairs)
    target = read_target(text)
    found = {one.name: one.percent for one in target.shares}
    assert sum(found.values()) == 100
    assert {**dict(pairs), "CASH": 100 - sum(part for _, part in pairs)} == found
    assert not target.names_cash
    assert read_target(text.translate(FULL_WIDTH)) == target
    turned = between.join(f"{name}={percent}{sign}" for name, percent in reversed(pairs))
    assert {one.name: one.percent for one in read_target(turned).shares} == found


def test_a_target_has_200_names_at_most() -> None:
    assert len(read_target(", ".join(f"S{place} 0.5" for place in range(200))).shares) >= 200
    with pytest.raises(Usage) as refused:
        read_target(", ".join(f"S{place} 0.4" for place in range(201)))
    assert refused.value.key == "target_unread"


@given(st.lists(st.integers(0, 300), min_size=2, max_size=3))
def test_slashes_are_stocks_bonds_and_cash(parts: List[int]) -> None:
    text = "/".join(map(str, parts))
    total = sum(parts)
    if total > 100 or (len(parts) == 3 and total != 100):
        with pytest.raises(Refusal) as caught:
            read_target(text)
        assert caught.value.key in ("target_over", "target_sum")
        return
    names = ("STK", "BOND", "CASH")
    found = {one.name: one.percent for one in read_target(text).shares}
    assert found == {**dict(zip(names, map(Decimal, parts))), "CASH": Decimal(100 - sum(parts[:2]))}


@given(st.text(max_size=60))
def test_any_text_is_a_target_or_one_sentence(text: str) -> None:
    try:
        target = read_target(text)
    except Refusal as refusal:
        assert str(refusal).count("\n") == 0
        return
    assert sum(one.percent for one in target.shares) == 100


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "target_unread"),
        ("VTI", "target_unread"),
        ("VTI sixty", "target_unread"),
        ("VTI 60 BND", "target_unread"),
        ("60, 40", "target_unread"),
        ("VTI -5", "target_unread"),
        ("VTI 1e2", "target_unread"),
        ("VTI 60, BND 41", "target_over"),
        ("VTI 101", "target_over"),
        ("80/15/6", "target_over"),
        ("VTI 60, CASH 30", "target_sum"),
        ("80/15/4", "target_sum"),
        ("VTI 60, vti 40", "target_twice"),
        ("stocks 60, STK 40", "target_twice"),
    ],
)
def test_what_is_no_target_is_refused(text: str, key: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_target(text)
    assert caught.value.key == key


@pytest.mark.parametrize(
    ("text", "target", "rest"),
    [
        ("80% stocks 15% bonds 5% cash", "STK 80, BOND 15, CASH 5", ""),
        ("80% of stocks and 20% of bonds please", "STK 80, BOND 20", "please"),
        ("my target is VTI 60, VXUS 20 and BND 20", "VTI 60, VXUS 20, BND 20", ""),
        ("株式80% 債券15% 現金5%", "STK 80, BOND 15, CASH 5", ""),
        ("８０％株式と２０％債券で", "STK 80, BOND 20", "で"),
        ("60/40", "60/40", ""),
        ("BRK.B 50, VTI 50", "BRK.B 50, VTI 50", ""),
        ("VTI 33.3333, VXUS 33.3333, BND 33.3334", "VTI 33.3333, VXUS 33.3333, BND 33.3334", ""),
    ],
)
def test_words_that_are_a_target(text: str, target: str, rest: str) -> None:
    found = find_target(text)
    assert (found.target, found.rest.strip(" ,")) == (target, rest)


@pytest.mark.parametrize(
    "text",
    [
        "80% stocks",
        "not 60/40",
        "without 60/40",
        "60/40ではなく",
        "on 11/15/34",
        "within 5/25",
        "BUY 50 SELL 50",
        "add 60 and 40",
        "vti 60, bnd 40",
        "VTI 60, some bonds",
        "T 4 1/4 11/15/34",
    ],
)
def test_words_that_are_none(text: str) -> None:
    assert find_target(text) == ("", text)


@pytest.mark.parametrize(
    "text", ["VTI 60, BND 30", "VTI 60, BND 50", "80% stocks 15% bonds 10% cash"]
)
def test_parts_that_do_not_come_to_100_are_a_question_back(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        find_target(text)
    assert caught.value.key in ("target_words_sum", "target_over")


def test_prices_with_currency_and_exchange() -> None:
    found = read_prices("BND=72.50, brk b=450 usd nyse; VWCE=120.5 EUR")
    assert found == {
        "BND": StatedPrice(Decimal("72.50"), "", ""),
        "BRK B": StatedPrice(Decimal(450), "USD", "NYSE"),
        "VWCE": StatedPrice(Decimal("120.5"), "EUR", ""),
    }


@pytest.mark.parametrize(
    "text", ["BND", "BND=", "BND=0", "BND=-1", "BND=x", "=5", "BND=5 dollars", "BND=1 USD ARCA x"]
)
def test_what_is_no_price_is_usage(text: str) -> None:
    with pytest.raises(Usage):
        read_prices(text)
    with pytest.raises(Usage):
        read_prices("BND=1,BND=2")


def test_bands_of_their_own_stand_behind_the_one_of_all() -> None:
    five = Band(Decimal(5), Decimal(25))
    assert read_bands("5/25") == (five, {})
    own = {"VTI": Band(Decimal(2), None), "BOND": Band(Decimal(4), Decimal(20))}
    assert read_bands("5/25, vti=2; bonds=4/20") == (five, own)


@pytest.mark.parametrize("text", ["VTI=2", "5,2", "5,VTI=x", "5,VTI=2,VTI=3", "5/25/1", "-1"])
def test_what_is_no_band_is_usage(text: str) -> None:
    with pytest.raises(Usage):
        read_bands(text)
