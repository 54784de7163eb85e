"""Holding periods and estimates with the user's rates."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lot_rows import document_with_lots, stock_rows
from portfolios import Holding, portfolio_with
from terminal import run

from ib_portfolio.core.messages import Usage
from ib_portfolio.core.portfolio import Lot
from ib_portfolio.core.profiles import find_profile
from ib_portfolio.market.commissions import FeeTable
from ib_portfolio.market.holding_period import is_long_term
from ib_portfolio.planning.plan import make_plan
from ib_portfolio.planning.target import build_target
from ib_portfolio.reports.text_report import render_report
from ib_portfolio.taxes.gains_by_lot import (
    Gains,
    Rates,
    estimate_tax,
    read_rates,
    split_gains,
    tax_by_lot,
)
from ib_portfolio.taxes.lots import METHODS, Taken

SAMPLE = ["--sample", "--profile", "conservative", "--dry-run"]


@pytest.mark.parametrize(
    ("held_since", "sold", "long"),
    [
        ("2025-11-20", "2026-11-20", False),  # exactly one year
        ("2025-11-19", "2026-11-20", True),
        ("2025-11-20", "2026-11-21", True),
        ("2026-11-20", "2026-11-20", False),
        ("2026-12-01", "2026-11-20", False),  # opened after the day of the prices
        ("2024-02-28", "2025-02-28", False),
        ("2024-02-28", "2025-03-01", True),
        ("2024-02-29", "2025-02-28", False),
        ("2024-02-29", "2025-03-01", True),
        ("2023-02-28", "2024-02-29", False),  # bought on a month's last day: from the first on
        ("2023-02-28", "2024-03-01", True),
        ("2023-12-31", "2024-12-31", False),
        ("2023-12-31", "2025-01-01", True),
    ],
)
def test_long_term_is_more_than_one_year(held_since: str, sold: str, long: bool) -> None:
    assert is_long_term(held_since, sold) is long


def test_the_holding_period_may_count_from_another_day_than_the_opening() -> None:
    rows = stock_rows([("8", "40", "20260801")])
    rows["OpenPosition"][1]["holdingPeriodDateTime"] = "20250101;093000"
    document = document_with_lots(rows, "growth")
    part = document["lots"]["sales"][0]["methods"][0]["lots"][0]
    assert (part["opened"], part["term"]) == ("2026-08-01", "long")
    rows = [line.split("|") for line in render_report(document).split("\n") if "|" in line]
    cells = " ".join(row[1].strip() for row in rows)
    assert "of 2026-08-01 (held since 2025-01-01)" in cells


lot_parts = st.lists(
    st.builds(
        lambda quantity, cost, day: Taken(
            Lot(Decimal(quantity), Decimal(cost) / 100, day, day), Decimal(quantity)
        ),
        st.integers(1, 10_000),
        st.integers(0, 10**8),
        st.sampled_from(("2024-01-02", "2026-01-02")),
    ),
    min_size=1,
    max_size=6,
).map(tuple)


@given(lot_parts, st.integers(1, 10**6))
def test_the_split_sums_to_value_less_cost(parts, price) -> None:
    price = Decimal(price) / 10_000
    gains = split_gains(parts, price, "2026-11-20")
    exact = sum(part.quantity * price - part.cost for part in parts)
    assert gains.short + gains.long == gains.total
    assert abs(gains.total - exact) <= Decimal("0.005")
    terms = {part.lot.held_since for part in parts}
    assert not gains.short if terms == {"2024-01-02"} else True
    assert not gains.long if terms == {"2026-01-02"} else True


@pytest.mark.parametrize(
    ("short", "long", "estimate"),
    [
        ("100", "1000", "237"),  # 37 + 200
        ("-100", "1000", "180"),  # 900 at 20%
        ("1000", "-100", "333"),  # 900 at 37%
        ("-1000", "100", "0"),
        ("100", "-1000", "0"),
        ("-1", "-1", "0"),
        ("0", "0", "0"),
    ],
)
def test_losses_are_netted_before_rates_apply(short: str, long: str, estimate: str) -> None:
    gains = Gains(Decimal(short), Decimal(long))
    assert estimate_tax(gains, Rates(Decimal(37), Decimal(20))) == Decimal(estimate)


amounts = st.integers(-(10**9), 10**9).map(lambda number: Decimal(number) / 100)
percents = st.integers(0, 100).map(Decimal)


@given(amounts, amounts, percents, percents)
def test_an_estimate_is_never_below_zero_nor_above_the_higher_rate(short, long, low, high) -> None:
    found = estimate_tax(Gains(short, long), Rates(low, high))
    most = max(short + long, Decimal(0), short, long) * max(low, high) / 100
    assert 0 <= found <= max(short, 0) + max(long, 0)
    if short >= 0 and long >= 0:
        most = (short + long) * max(low, high) / 100
    assert found <= most + Decimal("0.01")


@pytest.mark.parametrize(
    "text",
    [
        "short=37,long=20",
        "long=20,short=37",
        "short=37%, long=20%",
        "ＳＨＯＲＴ＝３７、ＬＯＮＧ＝２０",
    ],
)
def test_rates_as_people_write_them(text: str) -> None:
    assert read_rates(text) == Rates(Decimal(37), Decimal(20))


@pytest.mark.parametrize(
    "text",
    [
        "37",
        "37,20",
        "short=37",
        "short=37,",
        "long=20",
        "short=,long=20",
        "short=-1,long=20",
        "short=101,long=20",
        "short=37,long=nan",
        "short=37,short=20",
        "short=37,long=20,long=20",
        "short=37,long=20,state=5",
        "short=0x10,long=20",
    ],
)
def test_rates_that_cannot_be_read_are_a_usage_error_of_one_sentence(text: str) -> None:
    with pytest.raises(Usage) as caught:
        read_rates(text)
    assert caught.value.key == "bad_value" and str(caught.value).count("\n") == 0
    answer = run([*SAMPLE, f"--tax-rate={text}"])
    assert (answer.code, answer.out) == (2, "") and answer.err.count("\n") == 1
    assert "short=PERCENT,long=PERCENT" in answer.err


def test_a_tax_figure_needs_the_users_rates() -> None:
    plain, asked = (
        [*SAMPLE, *more, "--json"] for more in (["--lots"], ["--tax-rate", "short=37,long=20"])
    )
    assert "tax_estimate" not in json.loads(run(plain).out)
    document = json.loads(run(asked).out)
    assert "lots" in document  # the rates imply them
    estimate = document["tax_estimate"]
    assert (estimate["short_pct"], estimate["long_pct"]) == ("37", "20")
    # 20% of 17,526.10, of 14,293.50 - 391.05 and of 13,326.00 - 143.55; of 18,493.60 - 247.50, of
    # 13,326.00 - 143.55; 20% of 17,459.00 and 37% of 27.45; 20% of 14,360.60 - 418.50
    wanted = ("3505.22", "2780.49", "2636.49", "3649.22", "2636.49", "3501.96", "2788.42")
    figures = [(row["method"], row["estimate"]) for row in estimate["methods"]]
    assert figures == list(zip(METHODS, wanted))


def test_the_estimate_says_whose_rates_it_uses() -> None:
    text = run([*SAMPLE, "--tax-rate", "short=37,long=20.5"]).out
    assert "Estimate with the rates you gave (short 37%, long 20.5%): FIFO $3,592.85" in text


def test_lots_and_tax_stand_behind_the_tax_section() -> None:
    text = run([*SAMPLE, "--lots"]).out
    assert text.index("Tax Impact Simulation") < text.index("🧾 TAX LOTS") < text.index("🔒 HELD")
    live = run(["--sample", "--profile", "conservative", "--lots"]).out
    assert "🧾 TAX LOTS" in live and "Tax Impact Simulation" not in live


def test_bonds_and_foreign_costs_say_what_their_figures_leave_out() -> None:
    rows = stock_rows([("8", "40", "20250101")], currency="EUR", fxRateToBase="1.08")
    document = document_with_lots(rows, "growth")
    (sale,) = document["lots"]["sales"]
    # 1 of 8, for the cash alone since no bonds are held, at 10 EUR, bought at 5 EUR
    assert {row["gain"] for row in sale["methods"]} == {"5.40"}
    assert any("today's rate" in note for note in document["lots"]["notes"])
    face = stock_rows([("8000", "7000", "20250101")], "90", assetCategory="BOND", symbol="B 5")
    notes = document_with_lots(face, "growth")["lots"]["notes"]
    assert any(note.startswith("B 5: gains of price only") for note in notes)


def test_without_a_day_of_the_prices_nothing_is_guessed() -> None:
    portfolio = portfolio_with([Holding("ACME", "STK", "80", "10")])._replace(as_of="")
    target = build_target(portfolio, find_profile("growth"))
    added = tax_by_lot(make_plan(portfolio, target, FeeTable(Decimal(1))), {"lots": ""})
    assert "the day of the prices is not known" in added["lots"]["sales"][0]["unclear"]
    assert "the day of the prices is not known" in added["wash_sales"][0]["sentence"]
