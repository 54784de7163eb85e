"""A plan's figures calculated a second time from the XML, in fractions, sharing nothing with it.

The rules are those that users read: class targets in proportion to value, IBKR's 2026 schedules
of the US and of Xetra, the SEC's fee, accrued interest in proportion to face, value in base
currency = positionValue x fxRateToBase, bonds in percent of face.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any, Dict, Iterator, List, NamedTuple, Tuple
from xml.etree import ElementTree

PERCENT = {
    "balanced": {"STK": 50, "BOND": 40, "CASH": 10},
    "growth": {"STK": 75, "BOND": 15, "CASH": 10},
    "conservative": {"STK": 25, "BOND": 60, "CASH": 15},
    "income": {"STK": 40, "BOND": 50, "CASH": 10},
}
CLASS = {"STK": "STK", "BOND": "BOND", "BILL": "BOND"}
STEP = {"STK": 1, "BOND": 1000}


class Row(NamedTuple):
    symbol: str
    currency: str
    kind: str  # STK, BOND, or "" when it must not be touched
    quantity: Fraction
    value: Fraction  # to the cent
    unit: Fraction
    gain: Fraction
    lots: List[Tuple[Fraction, Fraction]]  # quantity and cost, oldest first
    treasury: bool
    rate: Fraction
    exchange: str
    bond_kind: str  # IBKR's subCategory of a bond
    accrued: Fraction  # of all of it, in base currency


def cents(number: Fraction) -> Fraction:
    """To the cent, halves away from zero."""
    size = Fraction(floor(abs(number) * 100 + Fraction(1, 2)), 100)
    return size if number >= 0 else -size


def read_rows(path: str) -> Tuple[List[Row], Fraction]:
    """The holdings and the cash of a statement with SUMMARY rows and a BASE_SUMMARY."""
    statement = ElementTree.parse(path).getroot().find(".//FlexStatement")
    assert statement is not None
    found = statement.iter("OpenPosition")
    every = [row.attrib for row in found]
    own: Dict[str, List[Dict[str, str]]] = {}
    for row in every:
        if row.get("levelOfDetail") == "LOT":
            own.setdefault(row["conid"], []).append(row)
    rows = [
        _row(row, own.get(row["conid"], [])) for row in every if row.get("levelOfDetail") != "LOT"
    ]
    cash = [
        Fraction(row.attrib["endingCash"])
        for row in statement.iter("CashReportCurrency")
        if row.get("currency") == "BASE_SUMMARY"
    ]
    return rows, cents(cash[0])


def _row(row: Dict[str, str], lots: List[Dict[str, str]]) -> Row:
    category, rate = row["assetCategory"], Fraction(row["fxRateToBase"])
    quantity, value = Fraction(row["position"]), Fraction(row["positionValue"]) * rate
    long = quantity > 0 and value > 0
    return Row(
        symbol=row["symbol"],
        currency=row["currency"],
        kind=CLASS.get(category, "") if long else "",
        quantity=quantity,
        value=cents(value),
        unit=value / quantity,
        gain=cents(Fraction(row["fifoPnlUnrealized"]) * rate),
        lots=[
            (Fraction(lot["position"]), Fraction(lot["costBasisMoney"]) * rate)
            for lot in sorted(lots, key=lambda lot: lot["openDateTime"])
        ],
        treasury=category == "BILL" or row["cusip"].startswith("912"),
        rate=rate,
        exchange=row.get("listingExchange", ""),
        bond_kind=row.get("subCategory", ""),
        accrued=Fraction(row.get("accruedInt") or 0) * rate,
    )


def fee(row: Row, quantity: Fraction, amount: Fraction) -> Fraction:
    """IBKR Pro Fixed, 2026, for an account in US dollars."""
    if row.exchange == "IBIS":
        return cents(max(3 * row.rate, amount * Fraction("0.0005")))
    if row.kind == "STK":
        return cents(min(max(Fraction(1), quantity * Fraction("0.005")), amount / 100))
    face = quantity * row.rate
    if row.bond_kind and row.rate != 1:  # in euros: of the value
        above = max(amount - 10_000 * row.rate, Fraction(0))
        return cents((amount - above) * Fraction("0.001") + above * Fraction("0.00025"))
    if row.treasury:
        return cents(max(Fraction(5), face * Fraction("0.00002")))
    above = max(face - 10_000, Fraction(0))
    return cents(max(Fraction(1), (face - above) * Fraction("0.001") + above * Fraction("0.00025")))


def levies(row: Row, quantity: Fraction, amount: Fraction) -> Fraction:
    """At US exchanges: the SEC's fee on sales since 2026-04-04, and CAT on both sides."""
    if row.exchange not in ("NASDAQ", "ARCA", "NYSE"):
        return Fraction(0)
    sec = amount * Fraction("0.0000206") if quantity < 0 else 0
    return cents(sec + abs(quantity) * Fraction("0.000003"))


def gain_of(row: Row, sold: Fraction) -> Fraction:
    """What a sale realises: the oldest lots first, without lots its share of the whole gain."""
    if not row.lots:
        return cents(row.gain * sold / row.quantity)
    gain, left = sold * row.unit, sold
    for quantity, cost in row.lots:
        part = min(left, quantity)
        gain -= cost * part / quantity
        left -= part
    assert left == 0
    return cents(gain)


def differences(plan: Dict[str, Any], path: str) -> Iterator[str]:
    """What of `plan` does not follow from the statement at `path`."""
    rows, cash = read_rows(path)
    percent = PERCENT[plan["profile"]]
    totals = {name: sum((r.value for r in rows if r.kind == name), Fraction(0)) for name in STEP}
    totals["CASH"] = cash
    whole = sum(totals.values())
    missing = any(percent[name] and not totals[name] for name in STEP)
    lacks = max(whole * percent["CASH"] / 100 - cash, Fraction(0))
    goals = {name: whole * percent[name] / 100 for name in STEP if totals[name]}
    if missing:  # what is held sells only what the cash lacks of its own target
        goals = {name: max(goal, totals[name] - lacks) for name, goal in goals.items()}
    kept = 100 - sum(goals.values()) * 100 / whole
    if Fraction(plan["investable_value"]) != whole:
        yield f"the whole is {whole}"
    for row in plan["classes"]:
        now = totals[row["asset_class"]]
        off = Fraction(row["drift_pct"]) - (now * 100 / whole - percent[row["asset_class"]])
        if Fraction(row["current_value"]) != now or abs(off) > Fraction("0.00005"):
            yield f"{row['asset_class']} is {now}"
    weights = {name: Fraction(str(part)) for name, part in plan["target_allocation"].items()}
    off = abs(weights[f"{plan['base_currency']}.CASH"] - kept)
    if sum(weights.values()) != 100 or off >= Fraction("0.0001"):
        yield "the weights do not sum to 100, or not to the cash"
    after = cash
    for row in (row for row in rows if row.kind):
        share = goals[row.kind] * 100 * row.value / totals[row.kind] / whole
        alike = sum(other.symbol == row.symbol for other in rows)
        if alike == 1 and abs(weights[row.symbol] - share) >= Fraction("0.0001"):
            yield f"the weight of {row.symbol} is {float(share)}"
        trades = [t for t in plan["trades"] if _is_of(t, row)]
        quantity = sum((_signed(t) for t in trades), Fraction(0))
        exact = (whole * share / 100 - row.value) / row.unit
        # What a larger unit of its class cannot take, a position may.
        dear = max(other.unit for other in rows if other.kind == row.kind) * STEP[row.kind]
        room = max(2 * STEP[row.kind], dear / row.unit)
        if abs(quantity - exact) >= room or quantity < -row.quantity:
            yield f"{row.symbol} should change by {float(exact)}, not {quantity}"
        for trade in trades:
            amount = cents(abs(quantity) * row.unit)
            cost = fee(row, abs(quantity), amount)
            interest = cents(abs(quantity) * row.accrued / row.quantity)
            tax = levies(row, quantity, amount)
            after += (amount + interest if quantity < 0 else -amount - interest) - cost - tax
            if (Fraction(trade["taxes"]), Fraction(trade.get("accrued_interest", 0))) != (
                tax,
                interest,
            ):
                yield f"{row.symbol} pays {float(tax)}, and {float(interest)} has accrued"
            gain = None if quantity > 0 else gain_of(row, -quantity)
            told = trade["estimated_realized_gain"]
            if (Fraction(trade["amount"]), Fraction(trade["commission"])) != (amount, cost):
                yield f"{row.symbol} is {float(amount)} and costs {float(cost)}"
            if (told if told is None else Fraction(told)) != gain:
                yield f"{row.symbol} realises {gain}"
    for exchange in plan.get("exchanges", []):
        after -= cents(max(Fraction(2), Fraction(exchange["value"]) * Fraction("0.00002")))
    floor = whole * percent["CASH"] / 100
    if Fraction(plan["summary"]["cash_after"]) != after or after < floor:
        yield f"cash ends at {float(after)} of at least {float(floor)}"
    if sorted(row["symbol"] for row in plan["held"]) != sorted(
        r.symbol for r in rows if not r.kind
    ):
        yield "other rows are held"


def _is_of(trade: Dict[str, Any], row: Row) -> bool:
    return (trade["symbol"], trade["currency"]) == (row.symbol, row.currency)


def _signed(trade: Dict[str, Any]) -> Fraction:
    return Fraction(trade["quantity"]) * (1 if trade["action"] == "BUY" else -1)
