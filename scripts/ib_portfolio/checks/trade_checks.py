"""Checks of single trades: what is sold is held, in whole units, at the input's price and fee."""

from __future__ import annotations

from decimal import Decimal

from ..core.plain_text import plain
from .case import Case, Problems, cents, name_of
from .market.cost_rules import fee_again
from .targets.reason_checks import reasons

# The local price is told to ten digits.
_TEN_DIGITS = Decimal("1e-8")
_TENTH, _TWENTIETH = Decimal("0.1"), Decimal("0.05")  # the points' last digit, and half of it


def not_oversold(case: Case) -> Problems:
    """No sale is of more than is held; nothing else is bought, but what a target names."""
    for trade, holding in case.pairs:
        if holding is None:
            yield f"{name_of(trade)} is not a holding that may be traded"
        elif trade["action"] == "SELL" and Decimal(trade["quantity"]) > holding.quantity:
            yield f"{name_of(trade)} sells more than the {holding.quantity} held"


def held_untouched(case: Case) -> Problems:
    """What is held or locked is listed as that and has no trade of its own."""
    held = sorted(plain(row.symbol) for row in case.evidence.holdings if not row.asset_class)
    if held != sorted(row["symbol"] for row in case.document["held"]):
        yield "the list of what is held differs from the input"
    covering = [row for row in case.traded if row.kept]
    locked = sorted(plain(row.symbol) for row in case.locked + covering)
    if locked != sorted(row["symbol"] for row in case.document["locked"]):
        yield "the list of what is locked differs from what was asked"
    names = set(held) | {plain(row.symbol) for row in case.locked}
    for trade, holding in case.pairs:
        if holding is None and trade["symbol"] in names:
            yield f"{name_of(trade)} touches what is held or locked"


def whole_units(case: Case) -> Problems:
    """Quantities are in the pieces of the market, or the whole of a holding, and in its unit."""
    for trade, holding in case.pairs:
        quantity = Decimal(trade["quantity"])
        closes = holding is not None and holding.quantity == quantity
        step = case.step(holding) if holding is not None else 1
        if quantity <= 0 or (quantity % step and not closes):
            yield f"{name_of(trade)} is of {quantity} {trade['unit']}"
        if Decimal(trade["lot_size"]) != step and holding is not None:
            yield f"{name_of(trade)}: the lot is {step}, not {trade['lot_size']}"
        if holding is not None and (trade["unit"] == "face") != holding.by_face:
            yield f"{name_of(trade)} is counted in {trade['unit']}"


def amounts(case: Case) -> Problems:
    """Each amount is quantity x price to the cent, and the price is the input's own."""
    for trade, holding in case.pairs:
        quantity, price = Decimal(trade["quantity"]), Decimal(trade["price"])
        if cents(quantity * price) != Decimal(trade["amount"]):
            yield f"{name_of(trade)}: {quantity} x {price} is not {trade['amount']}"
        if holding and _differ(holding.unit, price):
            yield f"{name_of(trade)}: the input's price is {holding.unit:.6f}"
        if holding and abs(price / holding.rate / Decimal(trade["local_price"]) - 1) > _TEN_DIGITS:
            yield f"{name_of(trade)}: the local price is not {trade['local_price']}"


def _differ(exact: Decimal, price: Decimal) -> bool:
    """Whether a price is off in its tenth decimal, or in its tenth digit where it is small."""
    return abs(exact - price) > min(exact, Decimal(1)) * Decimal("1e-9")


def commissions(case: Case) -> Problems:
    """Each commission is what the fee table says, and the cost in basis points that of both."""
    for trade, holding in case.pairs:
        if holding is None:
            continue
        quantity, amount = Decimal(trade["quantity"]), Decimal(trade["amount"])
        buys = trade["action"] == "BUY"
        fee = cents(fee_again(holding, quantity, amount, buys, case.evidence))
        if fee != Decimal(trade["commission"]):
            yield f"{name_of(trade)}: the table says {fee}, not {trade['commission']}"
        points = (fee if trade["taxes"] == "0.00" else fee + Decimal(trade["taxes"])) * 10_000
        told = Decimal(trade["cost_bp"])
        if told % _TENTH or abs(points - told * amount) > _TWENTIETH * amount:
            yield f"{name_of(trade)} costs {points / amount:.1f} basis points, not {told}"


def one_direction(case: Case) -> Problems:
    """Nothing is both bought and sold."""
    sides: dict[tuple[str, str, str], str] = {}
    for trade in case.trades:
        key = (trade["symbol"], trade["currency"], trade["asset_class"])
        if sides.setdefault(key, trade["action"]) != trade["action"]:
            yield f"{trade['symbol']} is both bought and sold"


def order_of_trades(case: Case) -> Problems:
    """Sales come first, larger before smaller, ties by symbol; priorities count from 1."""
    keys = [
        (trade["action"] != "SELL", -Decimal(trade["amount"]), trade["symbol"])
        for trade in case.trades
    ]
    if keys != sorted(keys):
        yield "the trades are not in the order of execution"
    if [trade["priority"] for trade in case.trades] != list(range(1, len(keys) + 1)):
        yield "the priorities do not count from 1"


def weight_changes(case: Case) -> Problems:
    """The change of weight of a trade is its amount in percent of the whole, below 0 for sales.

    Its reason says how far its share is from the target.
    """
    yield from reasons(case)
    for trade in case.trades:
        sign = -1 if trade["action"] == "SELL" else 1
        change = sign * Decimal(trade["amount"]) * 100 / case.whole
        if abs(change - Decimal(trade["weight_change_pct"])) > Decimal("0.00005"):
            yield f"{name_of(trade)} changes the weight by {change:.4f}"
