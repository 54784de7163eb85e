"""The answers of the MCP server ib-sec-mcp as a portfolio.

position_value, cost and gain come in base currency, mark_price in the instrument's own, quantity of
bonds as face. What the answers cannot tell is said in the portfolio's warnings.
"""

from __future__ import annotations

import re
from decimal import Decimal

from ..core.dates import parse_date
from ..core.instrument import Instrument
from ..core.messages import Refusal, say
from ..core.numbers import ZERO, parse_decimal, to_cents, unit_value
from ..core.portfolio import Portfolio, Position, classify, mask_account
from ..core.private.redaction import redact
from .flex_rates import learn_rate

Answer = dict[str, object]

SERVER = "ib-sec-mcp"
CURRENCY = re.compile(r"[A-Z]{3}\Z", re.ASCII)
_NOISE = Decimal("1e-8")
_TREASURY_CUSIP = "912"
_LONGEST_SYMBOL = 60


def server_portfolio(positions: Answer, summary: Answer) -> Portfolio:
    """The portfolio in the answers of get_positions and get_account_summary.

    Refusal when an answer has not the server's shape, the two are of different statements, rows
    seem to be doubled or lack a class, a currency or a price, or rates contradict each other.
    """
    rows = position_rows(positions)
    if not rows:
        raise Refusal("no_positions")
    _same_statement(positions, summary)
    _all_told(rows)
    _not_doubled(rows)
    base, assumed = base_currency(rows)
    found = tuple(_position(same) for same in _apart(rows))
    cash = cash_of(summary, rows, base)
    dates = sorted({row.as_of for row in found if row.as_of})
    return Portfolio(
        source=SERVER,
        account=mask_account(text_of(summary, "account_id")),
        base_currency=base,
        as_of=dates[-1] if dates else "",
        positions=found,
        cash=to_cents(cash),
        net_asset_value=to_cents(_net_value(found) + cash),
        usd_rate=rates_of(rows, base).get("USD"),
        rates=tuple(rates_of(rows, base).items()),
        ledger=say("server_ledger"),
        warnings=tuple(_warnings(found, dates, base, assumed)),
    )


def position_rows(positions: Answer) -> list[Answer]:
    """The position rows of a get_positions answer that covers the whole portfolio, [] if none.

    Refusal("server_error") for {"error": …}, ("answer_shape") for another shape or a part only.
    """
    if "error" in positions:
        raise Refusal("server_error", text=redact(str(positions["error"])))
    rows, filters = positions.get("positions"), positions.get("filters") or {}
    if not isinstance(rows, list) or not isinstance(filters, dict) or any(filters.values()):
        raise Refusal("answer_shape", tool="get_positions")
    if not all(isinstance(row, dict) for row in rows) or positions.get("position_count") != len(
        rows
    ):
        raise Refusal("answer_shape", tool="get_positions")
    return rows


def _same_statement(positions: Answer, summary: Answer) -> None:
    """Both answers must be of one account, one period and as many positions."""
    if "error" in summary:
        raise Refusal("server_error", text=redact(str(summary["error"])))
    counted = summary.get("positions")
    if not isinstance(counted, dict) or not isinstance(summary.get("cash"), dict):
        raise Refusal("answer_shape", tool="get_account_summary")
    accounts = {text_of(row, "account_id") for row in position_rows(positions)}
    same = (
        counted.get("position_count") == positions["position_count"]
        and positions.get("date_range") == summary.get("date_range")
        and accounts == {text_of(summary, "account_id")}
    )
    if not same:
        raise Refusal("answers_differ")


def _all_told(rows: list[Answer]) -> None:
    """Every position has to name its class, its currency and a price."""
    for row in rows:
        if not text_of(row, "asset_class"):
            raise Refusal("answer_field", field="asset_class")
        if not CURRENCY.match(text_of(row, "currency")):
            raise Refusal("answer_field", field="currency")
        number_of(row, "mark_price")


def _not_doubled(rows: list[Answer]) -> None:
    """One row that is the sum of others of the same symbol: SUMMARY and LOT rows were both sent."""
    same: dict[tuple[str, ...], list[Decimal]] = {}
    for row in rows:
        key = tuple(text_of(row, name) for name in ("symbol", "currency", "asset_class", "isin"))
        same.setdefault(key, []).append(number_of(row, "quantity"))
    for key, quantities in same.items():
        largest = max(quantities, key=abs)
        if len(quantities) > 1 and sum(quantities, ZERO) == 2 * largest:
            raise Refusal("server_doubled", symbol=key[0])


def base_currency(rows: list[Answer]) -> tuple[str, bool]:
    """The currency of the rows with rate 1, and whether it had to be assumed for want of any.

    The server calls every base currency USD and fills in 1 for a missing rate, so two currencies
    at 1 are a Refusal("server_rates"); ("server_base_unknown") where only another rate of USD is.
    """
    at_one = {
        text_of(row, "currency") for row in rows if number_of(row, "fx_rate_to_base") == Decimal(1)
    }
    if len(at_one) > 1:
        raise Refusal("server_rates", currencies=", ".join(sorted(at_one)))
    rates: dict[str, Decimal] = {}
    for row in rows:
        rate = number_of(row, "fx_rate_to_base")
        if rate <= 0:
            raise Refusal("answer_field", field="fx_rate_to_base")
        learn_rate(rates, text_of(row, "currency"), rate)
    if not at_one and "USD" in rates:
        raise Refusal("server_base_unknown")
    return (at_one.pop(), False) if at_one else ("USD", True)


def rates_of(rows: list[Answer], base: str) -> dict[str, Decimal]:
    """Base currency for one unit of each currency that the rows have a rate of."""
    rates = {text_of(row, "currency"): number_of(row, "fx_rate_to_base") for row in rows}
    return {**rates, base: Decimal(1)}


def cash_of(summary: Answer, rows: list[Answer], base: str) -> Decimal:
    """The cash in base currency.

    One row is the statement's own sum, which the server always labels USD. Several are its rows
    by currency, whose total_cash it adds up unconverted: they are converted here; Refusal without
    a rate.
    """
    by_currency = summary["cash"].get("by_currency")
    if not isinstance(by_currency, list) or not all(isinstance(row, dict) for row in by_currency):
        raise Refusal("answer_shape", tool="get_account_summary")
    if len(by_currency) == 1 and text_of(by_currency[0], "currency") in ("USD", base):
        return number_of(by_currency[0], "ending_cash")
    rates = rates_of(rows, base)
    total = ZERO
    for row in by_currency:
        currency = text_of(row, "currency")
        if not currency:
            raise Refusal("answer_field", field="currency")
        if currency not in rates:
            raise Refusal("no_rate", currency=currency, base=base)
        total += number_of(row, "ending_cash") * rates[currency]
    return total


def _apart(rows: list[Answer]) -> list[list[Answer]]:
    """The rows of each position: lots of one instrument come as rows of the same price."""
    same: dict[tuple[str, ...], list[Answer]] = {}
    for row in rows:
        names = ("symbol", "currency", "asset_class", "isin", "mark_price", "fx_rate_to_base")
        same.setdefault(tuple(str(row.get(name)) for name in names), []).append(row)
    return list(same.values())


def _position(rows: list[Answer]) -> Position:
    first = rows[0]
    symbol = text_of(first, "symbol")
    if not symbol or len(symbol) > _LONGEST_SYMBOL:
        raise Refusal("row_symbol", symbol=symbol[:_LONGEST_SYMBOL])
    quantity = _sum(rows, "quantity").normalize() + ZERO
    value = _sum(rows, "position_value")
    category = _category(first, quantity, value)
    asset_class, reason = classify(category, quantity, to_cents(value), priced=True)
    treasury = _cusip(first).startswith(_TREASURY_CUSIP)
    gain = _sum(rows, "unrealized_pnl")
    return Position(
        symbol=symbol,
        currency=text_of(first, "currency"),
        category=category,
        asset_class=asset_class,
        held_reason=reason,
        quantity=quantity,
        rate=number_of(first, "fx_rate_to_base"),
        value=to_cents(value),
        unit_value=unit_value(value, quantity) if quantity else ZERO,
        unrealized_gain=to_cents(gain),
        treasury=category == "BILL" or (category == "BOND" and treasury),
        as_of=parse_date(text_of(first, "position_date")) or "",
        conid="",
        description=text_of(first, "description"),
        zero_cost=value != 0 and gain == value and _sum(rows, "cost_basis") == 0,
        instrument=Instrument(isin=text_of(first, "isin").upper(), cusip=_cusip(first).upper()),
    )


def _sum(rows: list[Answer], field: str) -> Decimal:
    """The field's sum without the noise of the floats that the server calculates in."""
    return sum((number_of(row, field) for row in rows), ZERO).quantize(_NOISE)


def _category(row: Answer, quantity: Decimal, value: Decimal) -> str:
    """The row's asset_class; a Treasury bill, which the server calls OTHER, by CUSIP and price.

    A bill is quoted in percent of face, so its value is about quantity x mark_price / 100.
    """
    stated = text_of(row, "asset_class")
    if stated != "OTHER" or not _cusip(row).startswith(_TREASURY_CUSIP):
        return stated
    of_face = quantity * number_of(row, "mark_price") / 100 * number_of(row, "fx_rate_to_base")
    return "BILL" if quantity > 0 and abs(value - of_face) <= of_face / 100 else stated


def _net_value(positions: tuple[Position, ...]) -> Decimal:
    """What the positions add to the net asset value; a future's value is notional."""
    return sum((row.value for row in positions if row.category != "FUT"), ZERO)


def _cusip(row: Answer) -> str:
    return text_of(row, "cusip")


def text_of(row: Answer, field: str) -> str:
    """The text in `field`, "" for null or none; Refusal("answer_field") for anything else."""
    found = row.get(field)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise Refusal("answer_field", field=field)
    return found.strip()


def number_of(row: Answer, field: str) -> Decimal:
    """The number in `field`, written as text or number; Refusal("answer_field") when it is none."""
    number = parse_decimal(str(row.get(field)))
    if number is None:
        raise Refusal("answer_field", field=field)
    return number


def _warnings(
    positions: tuple[Position, ...], dates: list[str], base: str, assumed: bool
) -> list[str]:
    """What these answers leave in doubt."""
    found = [say("server_base_assumed", base=base)] if assumed else []
    if not assumed and base != "USD":
        found.append(say("server_base", base=base))
    if len(dates) > 1:
        old = ", ".join(
            f"{row.symbol} {row.as_of}" for row in positions if row.as_of not in ("", dates[-1])
        )
        found.append(say("dates_differ", newest=dates[-1], older=old))
    return found
