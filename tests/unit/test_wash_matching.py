"""The wash-sale rule over histories of trades: by hand, and against a matcher share by share."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import List, Tuple

import pytest
from wash_brute_force import random_history, replaced

from ib_portfolio.taxes.wash_matching import Loss, Match, Purchase, Sold, match_losses


def loss(day: str, quantity: str, opened: str, amount: str, account: str = "A") -> Loss:
    return Loss(account, "X", day, day, Decimal(quantity), opened, opened, Decimal(amount))


def bought(day: str, quantity: str, account: str = "A", retired: bool = False) -> Purchase:
    return Purchase(account, "X", day, Decimal(quantity), retired)


def sold(opened: str, day: str, quantity: str, account: str = "A") -> Sold:
    return Sold(account, "X", opened, day, Decimal(quantity))


def only(losses: List[Loss], purchases: List[Purchase], sales: List[Sold] = ()) -> Match:
    (found,) = match_losses(losses, purchases, sales)
    return found


@pytest.mark.parametrize(
    ("day", "quantity"),
    [
        ("2026-05-01", "100"),  # 30 days before
        ("2026-04-30", "0"),  # 31 days before
        ("2026-05-31", "100"),
        ("2026-06-30", "100"),  # 30 days after
        ("2026-07-01", "0"),
    ],
)
def test_the_window_is_61_days(day: str, quantity: str) -> None:
    match = only(
        [loss("2026-05-31", "100", "2025-01-02", "500")],
        [bought("2025-01-02", "100"), bought(day, "100")],
        [sold("2025-01-02", "2026-05-31", "100")],
    )
    assert match.quantity == Decimal(quantity)
    assert match.disallowed == Decimal(quantity) * 5


def test_a_part_of_the_loss_goes_into_the_new_shares_with_its_holding_period() -> None:
    """100 bought on 2026-01-10 and sold on 2026-03-01, 50 days later, for 800 less.

    30 bought on 2026-03-11 take 240 over, and count as held since 50 days before: 2026-01-20.
    """
    match = only(
        [loss("2026-03-01", "100", "2026-01-10", "800")],
        [bought("2026-01-10", "100"), bought("2026-03-11", "30")],
        [sold("2026-01-10", "2026-03-01", "100")],
    )
    (one,) = match.replacements
    assert (one.quantity, one.disallowed) == (30, 240)
    assert (one.held_since, one.is_lost) == ("2026-01-20", False)
    assert match.possible == 0


def test_each_share_takes_only_one_loss_over_in_the_order_of_the_sales() -> None:
    matches = match_losses(
        [
            loss("2026-03-05", "40", "2026-01-10", "80"),
            loss("2026-03-01", "50", "2026-01-10", "50"),
        ],
        [bought("2026-01-10", "90"), bought("2026-03-10", "60")],
        [sold("2026-01-10", "2026-03-01", "50"), sold("2026-01-10", "2026-03-05", "40")],
    )
    assert [(one.loss.day, one.quantity) for one in matches] == [
        ("2026-03-01", 50),
        ("2026-03-05", 10),
    ]
    assert [one.disallowed for one in matches] == [50, 20]


def test_a_loss_is_lost_for_good_in_an_ira() -> None:
    match = only(
        [loss("2026-03-01", "10", "2025-01-10", "80")],
        [bought("2025-01-10", "10"), bought("2026-03-02", "10", "B", retired=True)],
        [sold("2025-01-10", "2026-03-01", "10")],
    )
    (one,) = match.replacements
    assert (one.is_lost, one.held_since, one.disallowed) == (True, "", 80)


@pytest.mark.parametrize(
    ("purchases", "sales", "possible"),
    [
        # The rest of the block that was sold from (Rev. Rul. 56-602).
        ([bought("2026-02-20", "100")], [sold("2026-02-20", "2026-03-01", "40")], 40),
        ([bought("2026-02-20", "50")], [sold("2026-02-20", "2026-03-01", "40")], 10),
        # Bought in the days before, but sold already.
        (
            [bought("2026-02-20", "40"), bought("2026-02-25", "15")],
            [sold("2026-02-20", "2026-03-01", "40"), sold("2026-02-25", "2026-02-27", "15")],
            15,
        ),
    ],
)
def test_what_the_rows_do_not_decide_is_possible(purchases, sales, possible) -> None:
    match = only([loss("2026-03-01", "40", "2026-02-20", "80")], purchases, sales)
    assert (match.quantity, match.possible) == (0, possible)


def test_of_a_lot_that_is_not_known_only_later_purchases_are_certain() -> None:
    match = only(
        [loss("2026-03-01", "40", "", "80")],
        [bought("2026-02-20", "30"), bought("2026-03-02", "10")],
    )
    assert (match.quantity, match.possible) == (10, 30)


def compared(seed: int) -> Tuple[list, list]:
    """What the engine and the matcher share by share say of one random history."""
    history = random_history(Random(seed))
    mine = [
        (
            one.loss,
            {
                (part.purchase.account, part.purchase.day): part.quantity
                for part in one.replacements
            },
            one.possible,
        )
        for one in match_losses(*history)
    ]
    return mine, replaced(history)


def test_random_histories_agree_with_a_matcher_share_by_share() -> None:
    """3,000 of them here; tests/random_histories.py does as many as are wanted."""
    certain = possible = 0
    for seed in range(3000):
        mine, slow = compared(seed)
        assert mine == slow, seed
        certain += sum(bool(row[1]) for row in slow)
        possible += sum(row[2] > 0 for row in slow)
    assert certain > 1000 and possible > 500


def test_a_loss_is_never_disallowed_twice_nor_more_than_it_is() -> None:
    for seed in range(500):
        history = random_history(Random(seed))
        taken = {}
        for match in match_losses(*history):
            assert 0 <= match.disallowed <= match.loss.amount + Decimal("1e-30")
            assert match.quantity + match.possible <= match.loss.quantity
            for part in match.replacements:
                taken[part.purchase] = taken.get(part.purchase, 0) + part.quantity
        assert all(quantity <= purchase.quantity for purchase, quantity in taken.items())
