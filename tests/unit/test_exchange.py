"""Currencies: what the orders leave in each, and what has to be exchanged before buying."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from portfolios import PROFILES, day_of, statements

from ib_portfolio.core.messages import Refusal
from ib_portfolio.core.profiles import find_profile
from ib_portfolio.planning.currency_exchange import currency_flows
from ib_portfolio.planning.plan import plain_plan
from ib_portfolio.reports.plan_currencies import currency_keys
from ib_portfolio.sources.flex_statement import portfolio_of

DAY = "20261120"


def planned(usd: str, eur: str, profile: str = "growth"):
    """A plan that buys SAP in euros and sells a bond in dollars; the rate is 1.25."""
    stock = {"assetCategory": "STK", "symbol": "SAP", "currency": "EUR", "fxRateToBase": "1.25"}
    stock.update(position="100", markPrice="80", positionValue="8000", reportDate=DAY)
    bond = {"assetCategory": "BOND", "symbol": "T", "currency": "USD", "fxRateToBase": "1"}
    bond.update(position="30000", markPrice="100", positionValue="30000", reportDate=DAY)
    total = Decimal(usd) + Decimal(eur) * Decimal("1.25")
    rows = {
        "AccountInformation": [{"accountId": "U1", "currency": "USD"}],
        "OpenPosition": [stock, bond],
        "CashReportCurrency": [
            {"currency": "BASE_SUMMARY", "endingCash": str(total)},
            {"currency": "USD", "endingCash": usd},
            {"currency": "EUR", "endingCash": eur},
        ],
    }
    return plain_plan(portfolio_of(day_of(rows), "statement"), find_profile(profile))


def test_a_purchase_without_cash_in_its_currency_needs_an_exchange():
    found = currency_keys(planned("10000", "0"))
    bought = next(row for row in found["currencies"] if row["currency"] == "EUR")
    (leg,) = found["exchanges"]
    assert (leg["action"], leg["pair"]) == ("BUY", "EUR.USD")
    assert leg["amount"] == bought["buys"] and Decimal(bought["buys"]) > 0
    assert Decimal(leg["value"]) == Decimal(leg["amount"]) * Decimal("1.25")
    assert leg["cost"] == "2.00"


def test_cash_of_the_currency_is_used_first():
    found = currency_keys(planned("0", "8000"))
    (leg,) = found["exchanges"]
    bought = next(row for row in found["currencies"] if row["currency"] == "EUR")
    assert Decimal(leg["amount"]) == Decimal(bought["buys"]) - 8000


def test_enough_cash_needs_no_exchange():
    assert currency_keys(planned("40000", "60000", "balanced"))["exchanges"] == []


def test_the_base_currency_can_be_what_lacks():
    found = currency_keys(planned("0", "100000", "conservative"))
    (leg,) = found["exchanges"]
    assert (leg["action"], leg["pair"]) == ("SELL", "EUR.USD")
    dollars = next(row for row in found["currencies"] if row["currency"] == "USD")
    lacks = Decimal(dollars["buys"]) + Decimal(dollars["commissions"]) - Decimal(dollars["sells"])
    assert abs(Decimal(leg["value"]) - lacks) <= Decimal("0.02")


def test_a_source_without_cash_by_currency_cannot_tell_what_is_left():
    plan = planned("10000", "0")
    plan = plan._replace(portfolio=plan.portfolio._replace(cash_by_currency=()))
    rows = currency_keys(plan)["currencies"]
    assert {row["cash_after"] for row in rows} == {None}


@given(statements())
def test_the_flows_come_to_what_the_plan_moves(rows):
    try:
        plan = plain_plan(portfolio_of(day_of(rows), "statement"), find_profile(PROFILES[0]))
    except Refusal:
        return
    flows = currency_flows(plan)
    moved = sum(flow.net * flow.rate for flow in flows)
    wanted = plan.total_sell - plan.total_buy - plan.total_commission
    rounding = sum(flow.rate for flow in flows) * len(plan.orders) / 100 + Decimal("0.01")
    assert abs(moved - wanted) <= rounding
