"""How the checks read an own target: its texts, what it covers, its prices and its bands."""

from __future__ import annotations

from decimal import Decimal
from typing import Dict, List

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from own_target_plans import Held, rows_of

from ib_portfolio.checks.evidence import Evidence, statement_evidence
from ib_portfolio.checks.goals import reached_goals
from ib_portfolio.checks.market.piece_rules import step_of
from ib_portfolio.checks.targets.band_goals import banded, outside, with_new_money
from ib_portfolio.checks.targets.coverage import covered
from ib_portfolio.checks.targets.raw_target import (
    RawPrice,
    half_width,
    raw_bands,
    raw_prices,
    raw_target,
)

THREE = {"STK": "80", "BOND": "15", "CASH": "5"}
TEXTS = [
    ("80/15/5", THREE),
    ("８０／１５", THREE),
    ("80% / 15 % / 5%", THREE),
    ("STK 80, BOND 15, CASH 5", THREE),
    ("80% stocks 15% bonds 5% cash", THREE),
    ("stocks=80;bonds: 15", THREE),
    ("株式80% 債券15% 現金5%", THREE),
    ("株式８０％、債券１５％、現金５％", THREE),
    ("80%株式 15%債券", THREE),
    (
        "VTI 45, VXUS 20, BND 30, CASH 5",
        {"VTI": "45", "VXUS": "20", "BND": "30", "CASH": "5"},
    ),
    ("vti 60 vxus 20 bnd 20", {"VTI": "60", "VXUS": "20", "BND": "20", "CASH": "0"}),
    ("60% VTI, 20 % VXUS", {"VTI": "60", "VXUS": "20", "CASH": "20"}),
    ("BRK B 33.3333, brk.a=.5", {"BRK B": "33.3333", "BRK.A": ".5", "CASH": "66.1667"}),
    (
        "T 4 1/4 11/15/34 60, B 11/15/30 40",
        {"T 4 1/4 11/15/34": "60", "B 11/15/30": "40", "CASH": "0"},
    ),
    ("株式80% 債券15%、現金5%", THREE),
    ("7203 60, 6758 40", {"7203": "60", "6758": "40", "CASH": "0"}),
    ("7203 60 6758 30", {"7203": "60", "6758": "30", "CASH": "10"}),
    (
        "VTI 33.333333333333333333",
        {"VTI": "33.333333333333333333", "CASH": "66.666666666666666667"},
    ),
]


@pytest.mark.parametrize("text, shares", TEXTS)
def test_a_target_is_read_exactly(text: str, shares: Dict[str, str]) -> None:
    found = raw_target(text)
    assert found.shares == {name: Decimal(part) for name, part in shares.items()}
    assert sorted(found.shares) == sorted(shares) and sum(found.shares.values()) == 100
    assert found.names_symbols == bool(set(shares) - set(THREE))


def test_whether_cash_is_named_is_told() -> None:
    assert [raw_target(text).names_cash for text in ("80/15/5", "60/40", "VTI 9", "cash 4")] == [
        True,
        False,
        False,
        True,
    ]


def test_prices_are_read_with_their_currency_and_exchange() -> None:
    told = raw_prices("BND=72.50, bndx=49 USD ; 7203=2,BRK B=.5 eur xetra,BND=9")
    assert told == {
        "BND": RawPrice(Decimal("72.50"), "", ""),
        "BNDX": RawPrice(Decimal(49), "USD", ""),
        "7203": RawPrice(Decimal(2), "", ""),
        "BRK B": RawPrice(Decimal(".5"), "EUR", "XETRA"),
    }


def test_bands_are_the_default_or_their_own() -> None:
    bands = raw_bands("5/25,VTI=2,bonds=4/20")
    widths = [
        half_width(bands, name, Decimal(percent))
        for name, percent in (("VTI", 50), ("BOND", 30), ("BOND", 5), ("VXUS", 10), ("STK", 60))
    ]
    assert widths == [2, 4, 1, Decimal("2.5"), 5]
    assert raw_bands("7").own == {} and half_width(raw_bands("7"), "STK", Decimal(9)) == 7


VTI, AAPL = Held("VTI", "10", "300"), Held("AAPL", "10", "250")
BRK = Held("BRK B", "3", "500")
ACME = Held("ACME 29", "28000", "1.01", "BOND", category="BOND")
SGOV = Held("SGOV", "100", "100", "CASH", isin="US46436E7186")
AOR = Held("AOR", "200", "60", "MIX", isin="US4642898674")


def seen(text: str, held: List[Held], **options: str) -> Evidence:
    asked = {"target": text, **{name.replace("_", "-"): value for name, value in options.items()}}
    rows = rows_of(held, "1000")
    rows["ConversionRate"] = [{"fromCurrency": "JPY", "toCurrency": "USD", "rate": "0.0064"}]
    return covered(statement_evidence(rows, asked), raw_target(text), "USD")


EVERYTHING = [VTI, AAPL, BRK, ACME, SGOV, AOR]
COVERAGE = [
    ("80/15/5", "", "VTI=STK AAPL=STK BRK B=STK ACME 29=BOND SGOV=CASH AOR=MIX"),
    ("STK 100", "", "VTI=STK AAPL=STK BRK B=STK ACME 29= SGOV=CASH AOR="),
    ("VTI 50, STK 50", "", "VTI=VTI AAPL=STK BRK B=STK ACME 29= SGOV= AOR="),
    ("VTI 50, BRK.B 40", "", "VTI=VTI AAPL= BRK B=BRK.B ACME 29= SGOV= AOR="),
    ("BRK.B 40, CASH 60", "", "VTI= AAPL= BRK B=BRK.B ACME 29= SGOV=CASH AOR="),
    ("AOR 40, SGOV 60", "", "VTI= AAPL= BRK B= ACME 29= SGOV=SGOV AOR=AOR"),
    ("VTI 40, STK 9, BOND 9", "", "VTI=VTI AAPL=STK BRK B=STK ACME 29=BOND SGOV= AOR=MIX"),
    ("VTI 90", "sell", "VTI=VTI AAPL=STK BRK B=STK ACME 29=BOND SGOV=SGOV AOR=MIX"),
]


@pytest.mark.parametrize("text, sells, wanted", COVERAGE)
def test_what_a_target_covers(text: str, sells: str, wanted: str) -> None:
    options = {"sell_others": ""} if sells else {}
    rows = seen(text, EVERYTHING, **options).holdings
    assert " ".join(f"{row.symbol}={row.share}" for row in rows) == wanted
    assert all(row.unnamed == (row.share == "") for row in rows)
    closed = {row.symbol for row in rows if row.closes}
    assert closed == ({"AAPL", "BRK B", "ACME 29", "SGOV", "AOR"} if sells else set())


def test_a_mixed_fund_is_traded_only_where_it_is_named_or_closed() -> None:
    def locked(text: str, **options: str) -> bool:
        return next(row.locked for row in seen(text, [VTI, AOR], **options).holdings[1:])

    assert locked("60/40") and not locked("AOR 60") and not locked("VTI 60", sell_others="")
    assert locked("AOR 60", lock="AOR")


NEW = [
    ("BND=72.50", "BND", "BOND", "72.50", "1"),
    ("BND=72.50 EUR", "BND", None, "", ""),
    ("VWO=45", "VWO", "STK", "45", "1"),
    ("AOR=60", "AOR", "MIX", "60", "1"),
    ("7203=2700 JPY TSEJ", "7203", "STK", "17.28", "100"),
    ("SGOV=100.5 USD ARCA", "SGOV", "CASH", "100.5", "1"),
    ("VWO=45", "BND", None, "", ""),
]


@pytest.mark.parametrize("price, symbol, asset_class, unit, step", NEW)
def test_what_is_not_held_is_bought_at_its_price(
    price: str, symbol: str, asset_class: object, unit: str, step: str
) -> None:
    found = seen(f"VTI 60, {symbol} 40", [VTI], price=price).holdings[1:]
    if asset_class is None:
        assert found == ()
        return
    (row,) = found
    assert (row.symbol, row.share, row.asset_class) == (symbol, symbol, asset_class)
    assert row.unit == Decimal(unit) and row.quantity == row.value == 0 and row.conid == ""
    assert step_of(row, {}) == Decimal(step)


def test_the_users_word_decides_the_class_of_what_is_not_held() -> None:
    (row,) = seen("VTI 60, VWO 40", [VTI], price="VWO=45", count_as="VWO=BOND").holdings[1:]
    assert row.asset_class == "BOND"


def test_what_closes_pays_first_for_what_is_bought() -> None:
    (row,) = seen("VTI 60", [VTI]).holdings
    rows = [(row._replace(own_share="A"), Decimal(1))]
    now = {name: Decimal(value) for name, value in (("A", 0), ("B", 0), ("C", 50), ("D", 40))}
    now["CASH"] = Decimal(10)
    wanted = {name: Decimal(value) for name, value in (("A", 45), ("B", 20), ("C", 35), ("D", 0))}
    wanted["CASH"] = Decimal(0)
    # A and the cash need 35 beside the cash there is; D, which closes, brings more than that.
    goals = reached_goals(rows, wanted, now, frozenset("D"))
    assert (goals["A"], goals["C"], goals["D"]) == (45, 50, 0)
    # Without it, both pay in proportion to what they have too much: 15 and 40 for 35.
    goals = reached_goals(rows, wanted, now)
    assert round(50 - goals["C"], 6) == round(35 * Decimal(15) / 55, 6)
    assert round(40 - goals["D"], 6) == round(35 * Decimal(40) / 55, 6)


NAMES = ("A", "B", "C", "D")


@st.composite
def values(draw: st.DrawFn) -> tuple[Dict[str, Decimal], Dict[str, Decimal], Dict[str, Decimal]]:
    """Values, centres with the same sum, and half widths, of four shares and the cash."""
    names = [*NAMES[: draw(st.integers(1, 4))], "CASH"]
    now = {name: Decimal(draw(st.integers(0, 50_000))) for name in names}
    parts = {name: draw(st.integers(0, 20)) for name in names}
    assume(sum(parts.values()) and sum(now.values()))
    whole = sum(now.values())
    centres = {name: whole * part / sum(parts.values()) for name, part in parts.items()}
    widths = {name: whole * draw(st.integers(0, 10)) / 100 for name in names}
    return now, centres, widths


@given(values(), st.sampled_from(("target", "edge", "half")))
def test_bands_move_only_what_they_must(made, back_to: str) -> None:
    now, centres, widths = made
    found = banded(now, centres, widths, back_to)
    tiny = Decimal("1e-30")
    assert abs(sum(found.values()) - sum(now.values())) < tiny
    beyond = outside(now, centres, widths)
    cash_before_help = sum(now.values())
    for name in set(found) - {"CASH"}:
        off, was = found[name] - centres[name], now[name] - centres[name]
        # Never past its centre, never further away, and outside never beyond its own edge.
        assert off * was > -tiny and abs(off) <= abs(was) + tiny
        assert name not in beyond or abs(off) <= widths[name] + tiny
        kept = {"target": 0, "edge": 1, "half": Decimal("0.5")}[back_to] * widths[name]
        cash_before_help -= now[name] if name not in beyond else centres[name] + kept.copy_sign(was)
    centre, nothing = centres["CASH"], Decimal(0)
    too_much = cash_before_help > centre + widths["CASH"] + tiny
    # No band lets the cash go below nothing.
    too_little = cash_before_help < max(centre - widths["CASH"], nothing) - tiny
    if not (too_much or too_little):
        inside = set(found) - {"CASH"} - beyond
        assert all(found[name] == now[name] for name in inside)
    else:
        off = found["CASH"] - centre
        kept = {"target": 0, "edge": 1, "half": Decimal("0.5")}[back_to] * widths["CASH"]
        goal = centre + kept if too_much else max(centre - kept, nothing)
        helping = [
            name for name in set(found) - {"CASH"} if (found[name] - centres[name]) * off < -tiny
        ]
        # At its centre, edge or half way, or everything that could help is at its centre.
        assert abs(found["CASH"] - goal) < tiny or not helping


@given(values(), st.integers(0, 40_000))
def test_new_money_levels_the_largest_gaps(made, money: int) -> None:
    now, centres, _ = made
    found = with_new_money(now, centres, Decimal(money), set(now))
    tiny = Decimal("1e-30")
    spent = now["CASH"] - found["CASH"]
    gaps = {name: centres[name] - now[name] for name in set(now) - {"CASH"}}
    most = sum(gap for gap in gaps.values() if gap > 0)
    wanted = max(min(Decimal(money), now["CASH"] - centres["CASH"], most), Decimal(0))
    assert abs(spent - wanted) < tiny
    left = {name: centres[name] - found[name] for name in gaps}
    level = max((left[name] for name in gaps if found[name] != now[name]), default=None)
    for name in gaps:
        assert found[name] >= now[name] and (found[name] == now[name] or left[name] > -tiny)
        # Whatever got something is as far off as the others that did; the rest are no further.
        if level is not None and left[name] > level + tiny:
            raise AssertionError(f"{name} lacks more and got less")
        if found[name] != now[name]:
            assert level is not None and abs(left[name] - level) < tiny


@given(values(), st.data())
def test_no_sale_is_for_what_is_not_bought(made, data) -> None:
    now, centres, _ = made
    evidence = seen("VTI 60", [VTI])
    model = evidence.holdings[0]
    names = [name for name in now if name != "CASH"]
    priced = [name for name in names if data.draw(st.booleans())]
    rows = [
        (model._replace(own_share=name), Decimal(unit)) for name in priced for unit in (1, 900_000)
    ]
    goals = reached_goals(rows, centres, now)
    lacks = {name for name in names if centres[name] > now[name]}
    unbought = {name for name in lacks if name not in priced or centres[name] - now[name] < 0.5}
    if not unbought:
        assert goals == centres
        return
    sold = sum((now[name] - goals[name] for name in names if centres[name] < now[name]), Decimal(0))
    needed = centres["CASH"] - now["CASH"]
    needed += sum((centres[name] - now[name] for name in lacks - unbought), Decimal(0))
    assert abs(sold - max(needed, Decimal(0))) < Decimal("1e-30")
    for name in names:
        if name in unbought:
            assert goals[name] == (now[name] if now[name] or name in priced else centres[name])
        elif centres[name] >= now[name]:
            assert goals[name] == centres[name]
        if centres[name] < now[name]:
            assert centres[name] - Decimal("1e-30") <= goals[name] <= now[name]
