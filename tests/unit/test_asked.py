"""What a run can ask for beyond its profile: bands, new money, locks, limits, explanations."""

from __future__ import annotations

from decimal import Decimal
from typing import Dict

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from portfolios import (
    RIGHT_REFUSALS,
    Holding,
    portfolio_with,
    portfolios,
    request_for,
    statements,
)
from portfolios import day_of as day_of_rows

from ib_portfolio.checked_plan import checked_document
from ib_portfolio.checks.evidence import amount_asked, statement_evidence
from ib_portfolio.core.messages import Refusal
from ib_portfolio.core.profiles import find_profile, load_profiles
from ib_portfolio.planning.counted_as import count_holdings
from ib_portfolio.planning.plan import plain_plan
from ib_portfolio.planning.tailored_plan import tailored_plan
from ib_portfolio.reports.document.plan_options import option_keys
from ib_portfolio.reports.document.plan_writer import plan_document
from ib_portfolio.reports.option_limits import no_trades_sentence
from ib_portfolio.request.preferences import read_preferences
from ib_portfolio.request.stated_classes import stated_classes
from ib_portfolio.sources.flex_statement import portfolio_of

PROFILES = st.sampled_from(sorted(load_profiles()))
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "band": st.sampled_from(["0", "1", "5", "5/25", "20", "60"]),
        "no-sell": st.just(""),
        "lock": st.sampled_from(["AAPL", "STK:*", "BOND:*", "VT,STRIPS", "NOTHING"]),
        "min-trade": st.sampled_from(["0", "50", "1,000", "2k"]),
        "max-turnover": st.sampled_from(["0", "1", "10", "50"]),
        "contribute": st.sampled_from(["1", "5,000", "100000", "5k", "2e3"]),
        "reserve": st.sampled_from(["none", "1,000", "50k"]),
        "explain": st.just(""),
        "bond_symbols": st.just("VT"),
        "cash_symbols": st.just("AAPL"),
        "count-as": st.sampled_from(["S0=BOND", "VT=60/40", "AAPL=none;USD=CASH", "S1=30/50/20"]),
    },
)
EXAMPLE = portfolio_with(
    [
        Holding("CSPX", "STK", "50", "600"),
        Holding("INDA", "STK", "400", "50"),
        Holding("STRIPS", "BOND", "80000", "0.5"),
    ],
    "10000",
)


def plan(options: Dict[str, str], profile: str = "growth", portfolio=EXAMPLE):
    counted = count_holdings(portfolio, stated_classes(options))
    tailored = tailored_plan(counted, find_profile(profile), options)
    return tailored.plan, option_keys(tailored, options)


def orders(planned) -> Dict[str, Decimal]:
    return {order.position.symbol: order.quantity for order in planned.orders}


@given(statements(), PROFILES, OPTIONS)
def test_every_combination_passes_its_checks_or_is_refused_in_a_sentence(rows, profile, options):
    day = day_of_rows(rows)
    request = request_for(profile, options=options)
    try:
        portfolio = portfolio_of(day, "statement")
        document = checked_document(
            portfolio, statement_evidence(day.rows, options), request, "2026-11-20"
        )
    except Refusal as refusal:
        keys = "withdraw_too_much withdraw_no_sell lock_unknown lock_near"
        keys += " count_unknown count_near"
        assert refusal.key in (*RIGHT_REFUSALS, *keys.split()), refusal
        return
    trades = document["trades"]
    assert document["checks"] and all(row["passed"] for row in document["checks"])
    assert not [row for row in trades if row["action"] != "BUY"] or "no-sell" not in options
    assert not trades or options.get("max-turnover") != "0"
    locked = options.get("lock", "").split(",")
    assert not [row for row in trades if row["symbol"] in locked]
    assert not [row for row in trades if f"{row['asset_class']}:*" in locked]


def test_inside_the_band_nothing_is_traded_and_the_saving_is_said():
    planned, extra = plan({"band": "30"})
    assert not planned.orders
    assert extra["band"]["inside"]
    full = plain_plan(EXAMPLE, find_profile("growth"))
    assert Decimal(extra["band"]["commission_saved"]) == full.total_commission > 0


def test_outside_the_band_the_plan_is_the_full_one_by_default():
    planned, extra = plan({"band": "5"})
    assert not extra["band"]["inside"]
    assert orders(planned) == orders(plain_plan(EXAMPLE, find_profile("growth")))


@pytest.mark.parametrize(
    "to, orders_",
    [
        ("edge", {"CSPX": 20, "INDA": 160, "STRIPS": -40_000}),  # STK 50 -> 70%, BOND 40 -> 20%
        # STK 50 -> 72.5%, BOND -> 17.5%: 22.5 CSPX of 600 and 180 INDA of 50 would be exact.
        ("half", {"CSPX": 23, "INDA": 173, "STRIPS": -45_000}),
        (
            "target",
            {"CSPX": 25, "INDA": 199, "STRIPS": -50_000},
        ),  # 75% and 15%, fees paid of INDA
    ],
)
def test_to_the_edge_goes_less_far(to: str, orders_: Dict[str, int]):
    planned, _ = plan({"band": "5", "to": to})
    assert orders(planned) == orders_


@pytest.mark.parametrize("cash, inside", [("5000", True), ("4999.99", False)])
def test_a_class_exactly_at_its_band_is_inside(cash: str, inside: bool):
    """Growth has 75, 15 and 10%; 76,000, 19,000 and 5,000 of 100,000 are 1, 4 and 5 points off."""
    holdings = [Holding("A", "STK", "760", "100"), Holding("B", "BOND", "19000", "1")]
    if not inside:  # a cent moves from the cash to the stocks
        holdings[0] = Holding("A", "STK", "1", "76000.01")
    planned, extra = plan({"band": "5"}, portfolio=portfolio_with(holdings, cash))
    assert extra["band"]["inside"] is inside
    assert bool(planned.orders) is not inside


@pytest.mark.parametrize("text, kept", [("20,000", True), ("20,000.01", False)])
def test_an_order_of_exactly_the_smallest_amount_is_one(text: str, kept: bool):
    planned, _ = plan({"min-trade": text, "band": "5", "to": "edge"})
    assert ("STRIPS" in orders(planned)) is kept  # the sale of 20,000


@given(portfolios(), PROFILES, st.sampled_from(["1", "5", "5/25", "15"]), st.integers(-100, 100))
def test_to_the_edge_overshoots_it_by_less_than_a_step(portfolio, profile, band, place):
    """With the cash inside its own band: outside, it alone decides how far the others go."""
    percent = find_profile(profile).percent["CASH"]
    width = read_preferences({"band": band}, "USD", {}).band.width(percent)
    share = max(percent + width * place / 100, Decimal(0))
    held = portfolio.investable_value - portfolio.cash
    cash = (held * share / (100 - share)).quantize(Decimal("0.01"))
    assume(held > 0 and abs(cash * 100 / (held + cash) - percent) <= width)
    portfolio = portfolio._replace(cash=cash)
    planned, extra = plan({"band": band, "to": "edge"}, profile, portfolio)
    widths = {row["asset_class"]: Decimal(row["band_pct"]) for row in extra["band"]["classes"]}
    whole, before = portfolio.investable_value, portfolio.class_values
    targets, after = planned.target.wanted, planned.values_after
    for name in ("STK", "BOND"):
        rows = [row for row in portfolio.traded if row.asset_class == name]
        step = max((row.unit_value * (1000 if row.by_face else 1) for row in rows), default=0)
        width = whole * widths[name] / 100
        if abs(before[name] - targets[name]) > width:
            beyond = width - abs(after[name] - targets[name])
            assert beyond <= step + Decimal("0.01")


@pytest.mark.parametrize("text, width", [("5", "5"), ("5/25", "3.75"), ("2/25", "2")])
def test_the_band_is_the_lesser_of_points_and_share(text, width):
    _, extra = plan({"band": text})
    bond = next(row for row in extra["band"]["classes"] if row["asset_class"] == "BOND")
    assert bond["band_pct"] == width


@given(portfolios(), PROFILES, st.sampled_from(["1", "5", "5/25", "15"]))
def test_a_plan_inside_the_band_is_followed_by_no_plan(portfolio, profile, band):
    """Exact idempotence: what ends inside the band is left alone the next time."""
    assume(portfolio.investable_value > 0)
    planned, _ = plan({"band": band}, profile, portfolio)
    bought = {id(order.position): order for order in planned.orders}
    rows = []
    for row in portfolio.positions:
        order = bought.get(id(row))
        if order is not None:
            signed = order.amount if order.quantity > 0 else -order.amount
            row = row._replace(quantity=row.quantity + order.quantity, value=row.value + signed)
        rows.append(row)
    after = portfolio._replace(positions=tuple(rows), cash=planned.cash_after)
    assume(all(row.value > 0 for row in after.traded) and after.investable_value > 0)
    again, extra = plan({"band": band}, profile, after)
    if extra["band"]["inside"]:
        assert not again.orders


def test_new_money_is_invested_before_anything_is_sold():
    planned, extra = plan({"contribute": "200000"}, "balanced")
    assert all(order.quantity > 0 for order in planned.orders)
    assert any("200,000 USD of new money" in note for note in extra["heading_notes"])
    assert planned.cash_after >= Decimal("30000")


def test_a_withdrawal_leaves_the_cash_at_its_target_without_it():
    planned, _ = plan({"withdraw": "20000"}, "balanced")
    assert planned.cash_after >= Decimal("8000")
    assert planned.total_sell > 20000 - 2000 - 100


@pytest.mark.parametrize(
    "options, key",
    [
        ({"no-sell": "", "withdraw": "50000"}, "withdraw_no_sell"),
        ({"withdraw": "100000"}, "withdraw_too_much"),
        ({"band": "-1"}, "bad_value"),
        ({"band": "5/x"}, "bad_value"),
        ({"to": "edge"}, "to_without_band"),
        ({"band": "5", "to": "middle"}, "bad_value"),
        ({"contribute": "€500"}, "other_currency"),
        ({"min-trade": "five"}, "bad_value"),
        ({"max-turnover": "NaN"}, "bad_value"),
        ({"bond_symbols": "CSPX", "stock_symbols": "cspx"}, "symbol_in_two_lists"),
    ],
)
def test_contradictions_are_refused_in_one_sentence(options, key):
    with pytest.raises(Refusal) as refused:
        plan(options)
    assert refused.value.key == key
    assert str(refused.value).endswith((".", "!"))


def test_buying_only_fills_the_most_underweight_class_first():
    portfolio = portfolio_with(
        [Holding("A", "STK", "300", "100"), Holding("B", "BOND", "10000", "1")], "60000"
    )
    planned, extra = plan({"no-sell": ""}, "balanced", portfolio)
    after = planned.values_after
    assert all(order.quantity > 0 for order in planned.orders)
    assert after["CASH"] >= Decimal("10000")
    assert abs(after["STK"] - 50000) <= 100 + 20
    assert abs(after["BOND"] - 40000) <= 1000 + 20
    assert any("New money" in note for note in extra["heading_notes"])


def test_the_new_money_that_closes_the_gap_does_close_it():
    _, extra = plan({"no-sell": ""})
    note = next(note for note in extra["heading_notes"] if "New money" in note)
    missing = note.split("gap: ")[1].strip(".")
    planned, _ = plan({"no-sell": "", "contribute": missing})
    after = planned.values_after
    total = sum(after.values())
    assert abs(after["STK"] * 100 / total - 75) < Decimal("0.5")
    assert abs(after["BOND"] * 100 / total - 15) < Decimal("0.5")


def test_a_locked_position_counts_but_has_no_order_and_others_make_up_for_it():
    free, _ = plan({})
    planned, _ = plan({"lock": "cspx"})
    assert "CSPX" in orders(free) and "CSPX" not in orders(planned)
    assert orders(planned)["INDA"] > orders(free)["INDA"]
    assert planned.target.weights["CSPX"] == 30


@pytest.mark.parametrize(
    "lock, key, said",
    [
        ("CSPX,TSLA", "lock_unknown", "TSLA"),
        ("CPSX", "lock_near", "--lock CSPX"),
        ("BONDS:*", "lock_unknown", "BONDS:*"),
    ],
)
def test_a_typed_lock_of_nothing_held_is_refused_by_name(lock, key, said):
    with pytest.raises(Refusal) as refused:
        plan({"lock": lock})
    assert refused.value.key == key
    assert said in str(refused.value)


def test_a_lock_of_nothing_held_in_the_settings_is_a_warning():
    profile = find_profile("growth")
    planned = tailored_plan(EXAMPLE, profile, {"lock": "CSPX;TSLA"}, {"lock": "TSLA"}).plan
    assert "CSPX" not in orders(planned)
    assert sum("TSLA" in one for one in plan_document(planned, False)["warnings"]) == 1
    with pytest.raises(Refusal) as refused:
        tailored_plan(EXAMPLE, profile, {"lock": "XX,TSLA"}, {"lock": "TSLA"})
    assert refused.value.key == "lock_unknown" and "XX" in str(refused.value)


@pytest.mark.parametrize(
    "text, number",
    [
        ("5k", "5000"),
        ("1.5K", "1500"),
        ("1万ドル", "10000"),
        ("1万 ドル", "10000"),
        ("$2千", "2000"),
        ("２ｋ", "2000"),
        ("5,000.50", "5000.50"),
        ("usd 7", "7"),
        ("2e3", "2000"),
        (".5", "0.5"),
        ("1e-2k", "10"),
    ],
)
def test_planner_and_checker_read_the_same_amount_apart_from_each_other(text, number):
    for name in ("contribute", "min-trade"):
        preferences = read_preferences({name: text}, "USD")
        assert amount_asked({name: text}, name) == Decimal(number)
        assert Decimal(number) in (preferences.cash_flow, preferences.min_trade)


AMOUNTS = r"\A[$€]?[0-9]{1,4}(,[0-9]{3})?(\.[0-9]{0,3})?(e[0-9])?[kK万千%]? ?(USD|ドル)?\Z"


@given(st.from_regex(AMOUNTS))
def test_whatever_amount_the_planner_takes_the_checker_reads_likewise(text):
    try:
        taken = read_preferences({"min-trade": text}, "USD").min_trade
    except Refusal:
        return
    assert amount_asked({"min-trade": text}, "min-trade") == taken


def test_a_locked_class_is_left_alone_and_nothing_is_sold_for_what_it_lacks():
    planned, _ = plan({"lock": "STK:*"})
    assert not planned.orders and planned.cash_after == EXAMPLE.cash
    document = plan_document(planned, False)
    assert any("STK stays" in warning for warning in document["warnings"])


def test_small_orders_are_left_out_and_the_cash_still_adds_up():
    planned, _ = plan({"min-trade": "12,000"})
    assert all(order.amount >= 12000 for order in planned.orders)
    assert "INDA" not in orders(planned)
    assert planned.cash_after >= 10000


@given(portfolios(), PROFILES, st.sampled_from(["0", "1", "7.5", "30"]))
def test_turnover_stays_under_its_cap_and_what_is_left_is_said(portfolio, profile, cap):
    assume(portfolio.investable_value > 0)
    planned, extra = plan({"max-turnover": cap}, profile, portfolio)
    limit = portfolio.investable_value * Decimal(cap) / 100
    assert planned.total_sell + planned.total_buy <= limit
    full = plain_plan(portfolio, find_profile(profile))
    left, done = {row["symbol"]: Decimal(row["amount"]) for row in extra.get("left", ())}, {}
    for order in planned.orders:
        done[order.position.symbol] = order.amount
    wanted = {order.position.symbol: order.amount for order in full.orders}
    assert (full.total_sell + full.total_buy > limit) is bool(left)
    assert {name: done.get(name, 0) + left.get(name, 0) for name in {**done, **left}} == wanted


def reasons(options: Dict[str, str], profile: str = "growth") -> Dict[str, str]:
    _, extra = plan({"explain": "", **options}, profile)
    assert [row["symbol"] for row in extra["explained"]] == ["CSPX", "INDA", "STRIPS"]
    return {row["symbol"]: row["reason"] for row in extra["explained"]}


def test_every_position_has_the_reason_of_its_order():
    assert reasons({}) == {
        "CSPX": "BUY: STK 25.0 points under; $30,000.00, target $45,000.00",
        "INDA": "BUY: STK 25.0 points under; $20,000.00, target $30,000.00",
        "STRIPS": "SELL: BOND 25.0 points over; $40,000.00, target $15,000.00",
    }


@pytest.mark.parametrize(
    "options, symbol, reason",
    [
        ({"lock": "CSPX"}, "CSPX", "locked"),
        ({"min-trade": "16000"}, "INDA", "it would be under the smallest order of $16,000.00"),
        ({"max-turnover": "10"}, "INDA", "left for later by the cap on turnover"),
        ({"band": "30"}, "STRIPS", "every class is inside its band"),
        ({"no-sell": ""}, "STRIPS", "BOND is over its target, and nothing is sold"),
    ],
)
def test_every_position_without_an_order_has_its_reason(options, symbol, reason):
    assert reasons(options)[symbol] == f"no order: {reason}"


def test_a_position_at_its_target_or_a_part_of_a_unit_from_it_says_so():
    assert set(reasons({}, "balanced").values()) == {"no order: at its target"}
    near = reasons({"contribute": "500"}, "balanced")
    assert near["CSPX"] == "no order: $150.00 from its target, less than a unit of $600.00"


def test_what_the_cap_on_turnover_leaves_of_an_order_is_said():
    found = reasons({"max-turnover": "10"})
    assert "; $20,000.00 of it is left for later by the cap on turnover" in found["STRIPS"]


@pytest.mark.parametrize(
    "options, sentence",
    [
        ({}, "No trades needed: no whole unit would bring"),
        ({"band": "30"}, "No trades needed: every class is inside its band."),
        ({"min-trade": "5k"}, "No trades: under --min-trade 5k, no whole unit would"),
        ({"min-trade": "5,000"}, "No trades: under --min-trade 5,000, no whole unit would"),
        ({"max-turnover": "1", "no-sell": ""}, "No trades: under --max-turnover 1, --no-sell, no"),
        ({"lock": "CSPX"}, "No trades: under --lock, no whole unit would"),
    ],
)
def test_a_plan_without_trades_names_the_limit_that_it_is_under(options, sentence):
    _, extra = plan(options) if options else plan({}, "balanced")
    assert no_trades_sentence(extra).startswith(sentence)


def test_cash_that_stays_short_under_a_limit_names_the_limit():
    borrowed = EXAMPLE._replace(cash=Decimal(-20000))
    planned, extra = plan({"min-trade": "50,000"}, portfolio=borrowed)
    found = plan_document(planned, False, extra)["warnings"]
    under = "Cash ends $27,000.00 under its target: "
    assert found[0] == under + "under --min-trade 50,000, nothing more is sold."
    assert [line.split(" ends")[0] for line in found[1:]] == ["STK", "BOND"]
    plain = plan_document(planned, False)["warnings"]
    assert plain[0].startswith(under + "selling another whole unit")


def test_a_bond_etf_is_planned_as_a_bond_in_single_shares():
    planned, _ = plan({"bond_symbols": "INDA,XYZ"}, "balanced")
    document = plan_document(planned, False)
    row = next(row for row in document["trades"] if row["symbol"] == "INDA")
    assert row["asset_class"] == "BOND" and row["unit"] == "shares"
    notes = " ".join(document["heading_notes"])
    assert "Counted as bonds: INDA (your word)." in notes and "XYZ" in notes
    assert document["counted_as"] == [
        {"symbol": "INDA", "asset_class": "BOND", "because": "your word"}
    ]


def test_what_counts_as_cash_is_never_traded():
    planned, _ = plan({"cash_symbols": "INDA"}, "balanced")
    assert "INDA" not in orders(planned)
    assert planned.portfolio.class_values["CASH"] == 30000


def test_a_plain_run_loads_none_of_this():
    import subprocess
    import sys
    from pathlib import Path

    script = Path(__file__).parents[2] / "scripts" / "rebalance.py"
    code = (
        "import sys, runpy\n"
        f"sys.argv = [{str(script)!r}, '--sample', 'growth']\n"
        "try:\n    runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "except SystemExit:\n    pass\n"
        "print(sorted(name for name in sys.modules if name.startswith('ib_portfolio.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    loaded = done.stdout.rsplit("\n", 2)[-2]
    assert "ib_portfolio.planning.plan" in loaded
    for module in (
        "planning.tailored_plan",
        "planning.bands",
        "planning.adjusted_portfolio",
        "planning.turnover",
        "planning.order_reasons",
        "household",
        "checks.option_checks",
    ):
        assert f"ib_portfolio.{module}'" not in loaded
