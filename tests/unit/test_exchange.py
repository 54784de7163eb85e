"""Currencies: what the orders leave in each, and what is exchanged between sales and purchases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Dict, List

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import day_of, request_for

from ib_portfolio.checked_plan import checked_document
from ib_portfolio.checks.evidence import statement_evidence
from ib_portfolio.core.messages import Refusal
from ib_portfolio.core.profiles import find_profile
from ib_portfolio.market.currency_pairs import CurrencyPairs
from ib_portfolio.planning.plan import plain_plan
from ib_portfolio.planning.raised_cash import raise_cash
from ib_portfolio.sources.flex_statement import portfolio_of

DAY = "20261120"
DOLLARS = {
    **{"EUR": "1.08", "GBP": "1.27", "JPY": "0.0064", "CHF": "1.13", "HKD": "0.128"},
    **{"SEK": "0.095", "KRW": "0.00072", "ILS": "0.27", "TWD": "0.031", "USD": "1"},
}
Document = Dict[str, Any]
Rows = Dict[str, List[Dict[str, str]]]


def stock(currency: str, value: str, symbol: str = "", price: str = "10") -> Dict[str, str]:
    """A holding of shares worth `value` in its currency."""
    quantity = Decimal(value) / Decimal(price)
    return {
        "assetCategory": "STK",
        "symbol": symbol or f"S{currency}",
        "currency": currency,
        "position": format(quantity.normalize(), "f"),
        "markPrice": price,
        "positionValue": value,
        "reportDate": DAY,
    }


def bond(currency: str, face: str) -> Dict[str, str]:
    """A holding of a bond at par."""
    row = stock(currency, face, f"B{currency}", "100")
    return {**row, "assetCategory": "BOND", "position": face}


def statement(cash: Dict[str, str], holdings: List[Dict[str, str]], base: str = "USD") -> Rows:
    """A statement with the cash of each currency, whose parts add up."""
    rates = {name: Decimal(rate) / Decimal(DOLLARS[base]) for name, rate in DOLLARS.items()}
    rates = {name: round(rate, 9) for name, rate in rates.items()}
    total = sum(Decimal(amount) * rates[name] for name, amount in cash.items())
    return {
        "AccountInformation": [{"accountId": "U1234567", "currency": base}],
        "ConversionRate": [
            {"reportDate": DAY, "fromCurrency": name, "toCurrency": base, "rate": f"{rate:f}"}
            for name, rate in rates.items()
        ],
        "OpenPosition": holdings,
        "CashReportCurrency": [
            {"currency": "BASE_SUMMARY", "endingCash": f"{round(total, 2):f}"},
            *({"currency": name, "endingCash": amount} for name, amount in cash.items()),
        ],
    }


def planned(rows: Rows, profile: str = "growth", **options: str) -> Document:
    """The checked plan of a statement's rows."""
    request = request_for(profile, options=options, settings={})
    day = day_of(rows)
    evidence = statement_evidence(day.rows, options)
    return checked_document(portfolio_of(day, "statement"), evidence, request, "2026-11-20")


def ends(document: Document) -> Dict[str, Decimal]:
    """The cash of each currency after the plan."""
    return {row["currency"]: Decimal(row["cash_after"]) for row in document["currencies"]}


def pairs(document: Document) -> List[str]:
    return [f"{row['action']} {row['pair']}" for row in document["exchanges"]]


def test_a_purchase_in_base_currency_is_paid_from_another() -> None:
    document = planned(statement({"USD": "413", "EUR": "57000"}, [stock("USD", "57000")]))
    (leg,) = document["exchanges"]
    assert pairs(document) == ["SELL EUR.USD"] and leg["currency"] == "EUR"
    dollars = document["currencies"][0]
    lacks = Decimal(dollars["buys"]) + Decimal(dollars["commissions"]) + 2 - 413
    assert 0 <= Decimal(leg["value"]) - lacks < Decimal("0.03")
    assert Decimal(leg["value"]) == (Decimal(leg["amount"]) * Decimal("1.08")).quantize(
        Decimal("0.01")
    )
    assert leg["cost"] == document["summary"]["exchange_cost"] == "2.00"
    assert Decimal("0") <= ends(document)["USD"] < Decimal("0.03")


def test_the_cost_is_a_share_of_a_large_exchange() -> None:
    document = planned(statement({"USD": "0", "EUR": "9000000"}, [stock("USD", "900000")]))
    (leg,) = document["exchanges"]
    cost = (Decimal(leg["value"]) * Decimal("0.00002")).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert Decimal(leg["cost"]) == cost > 100
    assert Decimal(document["summary"]["cash_after"]) * 10 >= Decimal(document["investable_value"])


def test_a_purchase_in_another_currency_is_paid_from_its_cash_and_sales_first() -> None:
    holdings = [stock("EUR", "8000"), bond("USD", "30000")]
    document = planned(statement({"USD": "10000", "EUR": "500"}, holdings))
    euros = next(row for row in document["currencies"] if row["currency"] == "EUR")
    (leg,) = document["exchanges"]
    lacks = Decimal(euros["buys"]) + Decimal(euros["commissions"]) - 500
    assert pairs(document) == ["BUY EUR.USD"]
    assert Decimal(leg["amount"]) == lacks and ends(document)["EUR"] == 0


def test_the_commission_of_a_foreign_order_is_in_its_currency() -> None:
    document = planned(statement({"EUR": "50000", "USD": "1000"}, [stock("EUR", "20000")]))
    (trade,) = document["trades"]
    rows = {row["currency"]: row for row in document["currencies"]}
    local = Decimal(trade["commission"]) / Decimal("1.08")
    assert rows["USD"]["commissions"] == "0.00"
    assert abs(Decimal(rows["EUR"]["commissions"]) - local) <= Decimal("0.005")


def test_accrued_interest_and_taxes_move_the_currency_of_their_order() -> None:
    paper = {**bond("EUR", "40000"), "accruedInt": "400", "subCategory": "Govt"}
    british = {**stock("GBP", "9000"), "isin": "GB0002634946", "listingExchange": "LSE"}
    document = planned(statement({"USD": "9000", "EUR": "100"}, [paper, british]))
    trades = {trade["currency"]: trade for trade in document["trades"]}
    rows = {row["currency"]: row for row in document["currencies"]}
    sold = Decimal(trades["EUR"]["quantity"])
    assert trades["EUR"]["action"] == "SELL"
    assert Decimal(rows["EUR"]["sells"]) == sold + sold / 100
    price = Decimal(trades["GBP"]["quantity"]) * 10
    taxes = Decimal(trades["GBP"]["taxes"]) / Decimal("1.27")
    assert taxes > price * Decimal("0.004")
    assert abs(Decimal(rows["GBP"]["buys"]) - price - taxes) <= Decimal("0.01")
    assert 0 <= ends(document)["GBP"] <= Decimal("0.01")


def test_enough_cash_in_each_currency_needs_no_exchange() -> None:
    holdings = [stock("EUR", "8000"), bond("USD", "8000")]
    document = planned(statement({"USD": "30000", "EUR": "100000"}, holdings))
    assert document["trades"] and document["exchanges"] == []
    assert document["summary"]["exchange_cost"] == "0.00"


def test_one_currency_is_not_spoken_of() -> None:
    document = planned(statement({"USD": "20000", "EUR": "0"}, [stock("USD", "8000")]))
    assert document["trades"] and "currencies" not in document and "exchanges" not in document


def test_a_debit_is_paid_back_also_where_nothing_is_traded() -> None:
    holdings = [stock("USD", "75000"), bond("USD", "15000")]
    document = planned(statement({"USD": "-3000", "EUR": "12037.04"}, holdings))
    assert document["trades"] == [] and pairs(document) == ["SELL EUR.USD"]
    assert Decimal(0) <= ends(document)["USD"] < Decimal("0.02")
    assert document["classes"][2]["after_value"] == document["summary"]["cash_after"]


def test_debits_are_paid_back_as_far_as_credits_go() -> None:
    rows = statement({"USD": "-30000", "EUR": "5000"}, [stock("USD", "90000")])
    document = planned(rows, **{"lock": "SUSD"})
    (leg,) = document["exchanges"]
    assert (leg["action"], leg["amount"]) == ("SELL", "5000.00")
    assert ends(document) == {"USD": Decimal("-24602"), "EUR": 0}
    assert any("-$24,602.00" in text for text in document["warnings"])


@pytest.mark.parametrize("debit, stays", [("-0.37", True), ("-1.85", True), ("-1.86", False)])
def test_a_debit_not_larger_than_its_exchange_stays_and_is_said(debit: str, stays: bool) -> None:
    holdings = [stock("USD", "75000"), bond("USD", "15000")]
    document = planned(statement({"USD": "10000", "EUR": debit}, holdings))
    assert (document["exchanges"] == []) == stays
    assert ends(document)["EUR"] == (Decimal(debit) if stays else 0)
    assert any("would cost more than it is" in text for text in document["warnings"]) == stays


def test_a_new_lack_is_exchanged_however_small() -> None:
    document = planned(statement({"USD": "12000.37", "EUR": "0"}, [stock("EUR", "30000")]))
    assert document["exchanges"]
    assert all(after >= 0 for after in ends(document).values())


@pytest.mark.parametrize(
    "source, target, base, legs",
    [
        ("JPY", "USD", "USD", ["BUY USD.JPY"]),
        ("USD", "JPY", "USD", ["SELL USD.JPY"]),
        ("GBP", "USD", "GBP", ["SELL GBP.USD"]),
        ("USD", "GBP", "GBP", ["BUY GBP.USD"]),
        ("EUR", "GBP", "USD", ["SELL EUR.GBP"]),
        ("HKD", "SEK", "USD", ["BUY USD.HKD", "SELL USD.SEK"]),
        ("ILS", "JPY", "EUR", ["BUY USD.ILS", "SELL USD.JPY"]),
        ("KRW", "USD", "USD", ["BUY USD.KRW"]),
        ("EUR", "KRW", "EUR", ["BUY KRW.EUR"]),
        ("CHF", "EUR", "CHF", ["BUY EUR.CHF"]),
        ("TWD", "USD", "USD", ["BUY USD.TWD"]),
    ],
)
def test_pairs_and_sides_are_as_ibkr_quotes_them(
    source: str, target: str, base: str, legs: List[str]
) -> None:
    credit = Decimal(40000) / Decimal(DOLLARS[source])
    debit = Decimal(9000) / Decimal(DOLLARS[target])
    cash = {source: f"{credit:.2f}", target: f"-{debit:.2f}"}
    if base not in cash:
        cash[base] = "5"
    document = planned(statement(cash, [stock(base, "75000")], base), **{"lock": "STK:*"})
    assert pairs(document) == legs
    after = ends(document)
    assert all(amount >= 0 for amount in after.values())
    assert after[target] * Decimal(DOLLARS[target]) < Decimal("0.1")
    named = {row["pair"].partition(".")[0] for row in document["exchanges"]}
    assert {row["currency"] for row in document["exchanges"]} == named
    unlisted = [text for text in document["warnings"] if "USD.TWD" in text]
    assert bool(unlisted) == ("TWD" in (source, target))


def test_three_currencies_need_two_exchanges_at_most() -> None:
    cash = {"USD": "-8000", "EUR": "30000", "GBP": "-4000"}
    document = planned(statement(cash, [stock("USD", "75000"), bond("USD", "20000")]))
    assert sorted(pairs(document)) == ["SELL EUR.GBP", "SELL EUR.USD"]
    assert all(after >= 0 for after in ends(document).values())


def test_the_order_of_two_legs_is_that_in_which_they_can_be_made() -> None:
    cash = {"USD": "-100", "HKD": "400000", "SEK": "-90000"}
    document = planned(statement(cash, [stock("USD", "75000")]), **{"lock": "STK:*"})
    assert pairs(document) == ["BUY USD.HKD", "SELL USD.SEK"]
    assert all(after >= 0 for after in ends(document).values())


def test_keep_currencies_exchanges_nothing_and_says_what_stays() -> None:
    rows = statement({"USD": "-33000", "EUR": "87000"}, [stock("USD", "60000")])
    document = planned(rows, **{"keep-currencies": ""})
    assert document["exchanges"] == [] and document["summary"]["exchange_cost"] == "0.00"
    after = ends(document)["USD"]
    assert after < -33000
    assert any(f"-${-after:,.2f}" in text for text in document["warnings"])


def test_what_is_withdrawn_is_there_in_base_currency() -> None:
    rows = statement({"USD": "1000", "EUR": "40000"}, [stock("USD", "60000")])
    document = planned(rows, withdraw="5000")
    assert document["currencies"][0]["cash_before"] == "-4000.00"
    assert ends(document)["USD"] >= 0


def test_a_cap_on_turnover_exchanges_for_what_is_left() -> None:
    rows = statement({"USD": "0", "EUR": "60000"}, [stock("USD", "57000")])
    document = planned(rows, **{"max-turnover": "5"})
    (leg,) = document["exchanges"]
    assert Decimal(leg["value"]) < Decimal(document["summary"]["total_buy"]) + 10
    assert ends(document)["USD"] >= 0


@pytest.mark.parametrize("bought, cash", [(True, "3000"), (False, "200")])
def test_an_order_of_one_share_moves_its_currency(bought: bool, cash: str) -> None:
    held = [stock("EUR", "10000", price="1000"), bond("USD", "2000")]
    document = planned(statement({"USD": cash}, held))
    (trade,) = [row for row in document["trades"] if row["currency"] == "EUR"]
    assert (trade["action"] == "BUY", trade["quantity"]) == (bought, "1")
    (row,) = [row for row in document["currencies"] if row["currency"] == "EUR"]
    assert [row["sells"], row["buys"]] == ["0.00", "1000.00"][:: 1 if bought else -1]


def test_cash_of_which_the_currency_is_not_told_is_taken_for_base_and_said() -> None:
    rows = statement({"USD": "30000"}, [stock("EUR", "8000"), bond("USD", "9000")])
    del rows["CashReportCurrency"][1:]
    document = planned(rows)
    assert pairs(document) == ["BUY EUR.USD"]
    assert {row["cash_after"] for row in document["currencies"]} == {None}
    assert any("cash of each currency" in text for text in document["warnings"])


def test_a_currency_without_cash_needs_no_rate() -> None:
    rows = statement({"USD": "20000"}, [stock("USD", "8000")])
    rows["CashReportCurrency"].append({"currency": "XYZ", "endingCash": "0"})
    assert planned(rows)["trades"]
    rows["CashReportCurrency"][-1]["endingCash"] = "5"
    with pytest.raises(Refusal) as refused:
        planned(rows)
    assert refused.value.key == "no_rate" and "XYZ" in str(refused.value)


@pytest.mark.parametrize(
    "euros, refused", [("5000", False), ("5000.20", False), ("5001", True), ("-5000", True)]
)
def test_a_cash_report_that_does_not_add_up_is_refused(euros: str, refused: bool) -> None:
    rows = statement({"USD": "20000", "EUR": "5000"}, [stock("USD", "8000")])
    rows["CashReportCurrency"][-1]["endingCash"] = euros
    if not refused:
        assert planned(rows)["trades"]
        return
    with pytest.raises(Refusal) as found:
        planned(rows)
    assert found.value.key == "cash_gap"
    gap = abs((Decimal(euros) - 5000) * Decimal("1.08"))
    assert f"{gap:,.2f} USD" in str(found.value)


def test_no_pair_is_listed_both_ways_round() -> None:
    quoted = CurrencyPairs()._quoted
    assert len(quoted) > 100
    assert not {(quote, base) for base, quote in quoted} & quoted


AMOUNTS = st.integers(-20_000_00, 60_000_00)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(set(DOLLARS) - {"TWD"})), AMOUNTS, min_size=2),
    st.lists(st.sampled_from(sorted(set(DOLLARS) - {"TWD"})), min_size=1, max_size=3, unique=True),
    st.sampled_from(("USD", "EUR", "GBP", "JPY")),
    st.sampled_from(("growth", "conservative")),
)
def test_no_currency_ends_further_below_zero(
    cash: Dict[str, int], holdings: List[str], base: str, profile: str
) -> None:
    told = {
        name: f"{Decimal(cents) / 100 / Decimal(DOLLARS[name]):.2f}" for name, cents in cash.items()
    }
    rows = [stock(name, f"{30000 / Decimal(DOLLARS[name]):.0f}") for name in holdings]
    rows.append(bond(base, f"{30000 / Decimal(DOLLARS[base]):.0f}"))
    try:
        document = planned(statement(told, rows, base), profile)
    except Refusal as refusal:
        assert refusal.key == "negative_total"
        return
    for row in document.get("currencies", []):
        assert Decimal(row["cash_after"]) >= min(Decimal(row["cash_before"]), 0)
    count = len(document.get("currencies", []))
    assert len(document.get("exchanges", [])) <= 2 * count


def test_what_is_sold_for_cash_pays_for_the_exchanges_of_then() -> None:
    rows = statement({"USD": "413", "EUR": "0"}, [bond("USD", "50000"), stock("EUR", "50000")])
    plan = plain_plan(portfolio_of(day_of(rows), "statement"), find_profile("growth"))
    assert plan.exchange_cost == 2
    after = raise_cash(plan, plan.cash_after + 500)
    cash = plan.portfolio.cash + sum(order.cash for order in after.orders) - after.exchange_cost
    assert after.cash_after == cash >= plan.cash_after + 500


def test_a_small_credit_pays_back_a_part_of_a_large_debit() -> None:
    """It is worth more than the exchange of it, though not than an exchange of all of the debit."""
    rows = statement({"USD": "10", "EUR": "-1000000"}, [stock("USD", "9000000")])
    document = planned(rows, lock="SUSD")
    assert document["trades"] == [] and document["summary"]["exchange_cost"] == "2.00"
    assert pairs(document) == ["BUY EUR.USD"] and 0 <= ends(document)["USD"] < Decimal("0.03")
