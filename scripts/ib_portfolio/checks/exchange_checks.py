"""Checks of what the orders move in each currency. Loaded only when a plan says so."""

from __future__ import annotations

from decimal import Decimal

from .case import ZERO, Case, Check, Problems, cents, total
from .data_files import read_data


def currencies(case: Case) -> Problems:
    """Sales and purchases of each currency are those of the orders; commissions are in base."""
    base = case.document["base_currency"]
    flows: dict[str, dict[str, Decimal]] = {"SELL": {base: ZERO}, "BUY": {base: ZERO}}
    for trade, holding in case.pairs:
        if holding is not None:
            side, currency = flows[trade["action"]], trade["currency"]
            side[currency] = side.get(currency, ZERO) + cents(
                Decimal(trade["amount"]) / holding.rate
            )
    rows = {row["currency"]: row for row in case.document["currencies"]}
    missing = (set(flows["SELL"]) | set(flows["BUY"])) - set(rows)
    if missing or len(rows) != len(case.document["currencies"]):
        yield f"the currencies leave out or double {sorted(missing)}"
    for name, row in rows.items():
        sells, buys = flows["SELL"].get(name, ZERO), flows["BUY"].get(name, ZERO)
        if (Decimal(row["sells"]), Decimal(row["buys"])) != (sells, buys):
            yield f"in {name} {sells} is sold for and {buys} paid"
        costs = total(case.trades, "commission") if name == base else ZERO
        if Decimal(row["commissions"]) != costs:
            yield f"the commissions in {name} are {costs}"
        before, net = row["cash_before"], sells - buys - costs
        if before is not None and Decimal(before) + net != Decimal(row["cash_after"]):
            yield f"the cash in {name} does not end at {row['cash_after']}"


def exchanges(case: Case) -> Problems:
    """Each purchase in another currency is paid for: from its cash, its sales, or an exchange."""
    base = case.document["base_currency"]
    bought: dict[str, Decimal] = {}
    for row in case.document["exchanges"]:
        yield from _one_exchange(case, row)
        if row["action"] == "BUY":
            bought[row["currency"]] = bought.get(row["currency"], ZERO) + Decimal(row["amount"])
    for row in case.document["currencies"]:
        cash = max(Decimal(row["cash_before"] or 0), ZERO)
        lacks = max(Decimal(row["buys"]) - Decimal(row["sells"]) - cash, ZERO)
        if row["currency"] != base and lacks != bought.get(row["currency"], ZERO):
            yield f"{lacks} {row['currency']} have to be bought"


def _one_exchange(case: Case, row: dict[str, str]) -> Problems:
    """Value and cost of one exchange, where a holding tells the rate."""
    table = read_data("market/fees.json")["exchange"]
    amount, value = Decimal(row["amount"]), Decimal(row["value"])
    rates = {held.rate for held in case.evidence.holdings if held.currency == row["currency"]}
    if rates and value not in {cents(amount * rate) for rate in rates}:
        yield f"{amount} {row['currency']} are not worth {value}"
    minimum = Decimal(table["minimum"]) * case.evidence.usd
    cost = cents(max(value * Decimal(table["basis_points"]) / 10_000, minimum))
    if cost != Decimal(row["cost"]):
        yield f"the exchange of {amount} {row['currency']} costs {cost}"


CHECKS = (Check("currencies", currencies), Check("exchanges", exchanges))
