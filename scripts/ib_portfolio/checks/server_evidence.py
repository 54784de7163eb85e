"""The evidence in the raw answers of ib-sec-mcp, which tell less than a statement."""

from __future__ import annotations

from decimal import Decimal

from .case import cents
from .evidence import Evidence, Holding, class_again, with_reserves
from .raw_dates import raw_day

_ZERO = Decimal(0)


def server_evidence(
    positions: dict[str, object], summary: dict[str, object], asked: dict[str, str]
) -> Evidence:
    """The evidence in the raw answers of ib-sec-mcp's get_positions and get_account_summary."""
    same: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for row in positions["positions"]:
        names = ("symbol", "currency", "asset_class", "isin", "mark_price", "fx_rate_to_base")
        same.setdefault(tuple(str(row.get(name)) for name in names), []).append(row)
    holdings = tuple(_server_holding(group, asked) for group in same.values())
    rates = {row.currency: row.rate for row in holdings}
    ones = [name for name, rate in rates.items() if rate == 1]
    by_currency = summary["cash"]["by_currency"]
    if len(by_currency) == 1 and by_currency[0]["currency"] in ("USD", *ones):
        cash = Decimal(by_currency[0]["ending_cash"])
    else:
        amounts = ((row["currency"], Decimal(row["ending_cash"])) for row in by_currency)
        cash = sum((amount * rates.get(name, Decimal(1)) for name, amount in amounts), _ZERO)
    days = (str(row.get("position_date", "")) for row in positions["positions"])
    day = max((raw_day(day, False) for day in days), default="")
    # The server tells no total: that of its values, each to the cent, is the account's.
    worths = (cents(row.value) for row in holdings if row.category != "FUT")
    whole = cents(sum(worths, cash))
    usd = rates.get("USD", Decimal(1))
    evidence = Evidence(holdings, cash, usd, asked, day=day, told_total=whole)
    return with_reserves(evidence, [{} for _ in holdings])


def _server_holding(group: list[dict[str, object]], asked: dict[str, str]) -> Holding:
    first = group[0]
    quantity, value, gain = (
        round(sum((Decimal(row[field]) for row in group), _ZERO), 8)
        for field in ("quantity", "position_value", "unrealized_pnl")
    )
    rate, treasury = Decimal(first["fx_rate_to_base"]), (first.get("cusip") or "")[:3] == "912"
    category = first["asset_class"]
    percent_of_par = quantity * Decimal(first["mark_price"]) * rate / 100
    if (
        category == "OTHER"
        and treasury
        and value > 0
        and abs(percent_of_par / value - 1) < Decimal("0.0101")
    ):
        category = "BILL"
    counted = class_again(first, category, quantity, value, asked)
    return Holding(
        symbol=first["symbol"],
        conid="",
        currency=first["currency"],
        asset_class=counted.asset_class,
        quantity=quantity,
        value=value,
        gain=gain,
        treasury=treasury and category in ("BOND", "BILL"),
        rate=rate,
        by_face=category in ("BOND", "BILL"),
        locked=counted.locked,
        category=category,
        counted=counted,
    )
