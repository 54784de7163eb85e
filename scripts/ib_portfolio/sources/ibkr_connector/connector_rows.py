"""The answers of IBKR's own connector as typed rows: every figure is a number, or there is no row.

Three tools answer for the account of the login: get_account_summary, get_account_balances and
get_account_positions. No published form of the answers exists, and they change; so whatever is not
as it was recorded is refused by name. What is left out is never taken for zero.
"""

from __future__ import annotations

import re
from decimal import Decimal

from ...core.instrument import UNTOLD as UNTOLD_TERMS
from ...core.instrument import Instrument
from ...core.messages import Refusal
from ...core.numbers import ZERO, parse_decimal
from ...core.record import Record
from .option_description import option_terms_of

Answer = dict[str, object]

SUMMARY, BALANCES, POSITIONS = (
    "get_account_summary",
    "get_account_balances",
    "get_account_positions",
)
# What the summary of balances calls the row that adds the others up.
ALL_CURRENCIES = "BASE"
# The class of a row that tells none which is known, where it is worth its quantity times its price.
UNTOLD, OTHER = "UNTOLD", "OTHER"
_CLASSES = frozenset("STK OPT FUT FOP CASH BOND BILL FUND CFD WAR IND CRYPTO CMDTY IOPT".split())
_CURRENCY = re.compile(r"[A-Z]{3}\Z", re.ASCII)
_VENUE = re.compile(r"(.*\S)\s+@([A-Z0-9.]{1,20})\Z", re.ASCII | re.DOTALL)
_LONGEST_SYMBOL = 60
_NOISE = Decimal("1e-8")
# Price and value are taken at different moments; a hundred between them is pounds and pence.
_SAME = Decimal("0.005")
_HUNDRED = Decimal(100)


class Summary(Record):
    """The account as a whole, in its base currency; None where the answer does not tell."""

    base: str
    net_liquidation: Decimal
    cash: Decimal | None
    dividends: Decimal  # accrued, part of the net liquidation value
    account: str  # "" in every answer that was seen lately


class Balance(Record):
    """The cash of one currency, in it, and base currency for one unit of it."""

    currency: str
    cash: Decimal
    rate: Decimal
    stock_value: Decimal | None  # what its stocks are worth, in it
    net_value: Decimal | None  # all of it, in it


class Holding(Record):
    """A position with a quantity; amounts are in its own currency."""

    conid: str
    symbol: str
    venue: str
    description: str
    currency: str
    category: str  # IBKR's, UNTOLD or OTHER
    quantity: Decimal
    price: Decimal
    value: Decimal
    gain: Decimal | None  # None as well where it contradicts the average price
    terms: Instrument  # of an option, as its description tells them


def read_summary(answer: Answer) -> Summary:
    """The answer of get_account_summary; Refusal("connector_shape") or ("connector_field")."""
    if "currency" not in answer or "net_liquidation" not in answer:
        raise Refusal("connector_shape", tool=SUMMARY)
    account = answer.get("account_id", "")
    if not isinstance(account, str):
        raise _unusable("account_id", SUMMARY)
    return Summary(
        base=_currency(answer, SUMMARY),
        net_liquidation=_number(answer, "net_liquidation", SUMMARY),
        cash=_optional(answer, "total_cash_value", SUMMARY),
        dividends=_optional(answer, "dividends", SUMMARY) or ZERO,
        account=account.strip(),
    )


def read_balances(answer: Answer, base: str) -> tuple[Balance, dict[str, Balance]]:
    """The row of all currencies together, and that of each, of get_account_balances.

    Refusal("connector_shape") or ("connector_field"), ("connector_twice") for a currency with two
    rows, ("connector_base") where the base currency's own rate is not 1, ("connector_other_base")
    where it has no row, and another currency has that rate.
    """
    found: dict[str, Balance] = {}
    for row in _rows(answer, "balances", BALANCES):
        name = row.get("currency")
        currency = ALL_CURRENCIES if name == ALL_CURRENCIES else _currency(row, BALANCES)
        if currency in found:
            raise Refusal("connector_twice", name=currency, tool=BALANCES)
        found[currency] = _balance(row, currency)
    together = found.pop(ALL_CURRENCIES, None)
    if together is None:
        raise Refusal("connector_shape", tool=BALANCES)
    for row in (together, *(found[name] for name in (base,) if name in found)):
        if row.rate != 1:
            raise Refusal("connector_base", base=base, rate=row.rate)
    others = [name for name, row in found.items() if row.rate == 1]
    if others and base not in found:
        raise Refusal("connector_other_base", base=base, currency=others[0])
    return together, found


def _balance(row: Answer, currency: str) -> Balance:
    rate = _number(row, "exchange_rate", BALANCES, currency)
    if rate <= 0:
        raise _unusable("exchange_rate", BALANCES, currency)
    return Balance(
        currency=currency,
        cash=_number(row, "cash_balance", BALANCES, currency),
        rate=rate,
        stock_value=_optional(row, "stock_market_value", BALANCES, currency),
        net_value=_optional(row, "net_liquidation_value", BALANCES, currency),
    )


def read_positions(answer: Answer) -> list[Holding]:
    """What is held by get_account_positions; rows of what was closed today are left out.

    Refusal("connector_shape") or ("connector_field"), ("connector_twice") for a contract with two
    rows, ("connector_pence") and ("connector_value") for a value that is not quantity times price.
    """
    found: dict[str, Holding] = {}
    seen: set[str] = set()
    for row in _rows(answer, "positions", POSITIONS):
        conid = row.get("contract_id")
        if isinstance(conid, bool) or not isinstance(conid, int) or conid <= 0:
            raise _unusable("contract_id", POSITIONS, _named(row))
        if str(conid) in seen:
            raise Refusal("connector_twice", name=_named(row), tool=POSITIONS)
        seen.add(str(conid))
        holding = _holding(row, str(conid))
        if holding.quantity:
            found[holding.conid] = holding
        elif holding.value:
            raise _unusable("position", POSITIONS, holding.symbol)
    return list(found.values())


def _holding(row: Answer, conid: str) -> Holding:
    description = row.get("contract_description")
    if not isinstance(description, str):
        raise _unusable("contract_description", POSITIONS, conid)
    listed = _VENUE.match(description.strip())
    symbol = listed[1] if listed else description.strip()
    if not symbol or len(symbol) > _LONGEST_SYMBOL:
        raise _unusable("contract_description", POSITIONS, conid)
    quantity, price, value = (
        _number(row, name, POSITIONS, symbol)
        for name in ("position", "market_price", "market_value")
    )
    quantity = quantity.quantize(_NOISE).normalize() + ZERO
    terms = option_terms_of(symbol, quantity * price, value)
    category = _category(row, symbol, quantity * price, value)
    if category == OTHER and terms.put_call:
        category = "OPT"  # its class is left out, its description tells it
    return Holding(
        conid=conid,
        symbol=symbol,
        venue=listed[2] if listed else "",
        description=description.strip(),
        currency=_currency(row, POSITIONS, symbol),
        category=category,
        quantity=quantity,
        price=price,
        value=value,
        gain=_gain(row, symbol, quantity, value),
        terms=terms if category == "OPT" else UNTOLD_TERMS,
    )


def _category(row: Answer, symbol: str, counted: Decimal, value: Decimal) -> str:
    """The class that the row tells; a stock's value has to be its quantity times its price."""
    stated = row.get("asset_class", "")
    if not isinstance(stated, str):
        raise _unusable("asset_class", POSITIONS, symbol)
    if stated != "STK":
        known = stated in _CLASSES
        return stated if known else UNTOLD if _is_same(counted, value) else OTHER
    if not _is_same(counted, value):
        apart = any(
            _is_same(one, other)
            for one, other in ((counted, value * _HUNDRED), (counted * _HUNDRED, value))
        )
        raise Refusal("connector_pence" if apart else "connector_value", symbol=symbol)
    return stated


def _is_same(one: Decimal, other: Decimal) -> bool:
    """Whether two figures of one thing are as near as two moments of a market; to half a cent."""
    return abs(one - other) <= max(abs(other) * _SAME, _SAME)


def _gain(row: Answer, symbol: str, quantity: Decimal, value: Decimal) -> Decimal | None:
    """The unrealized gain; None where it is not told or the average price tells another one."""
    gain = _optional(row, "unrealized_pnl", POSITIONS, symbol)
    average = _optional(row, "average_price", POSITIONS, symbol)
    if gain is None or average is None or row.get("asset_class", "STK") != "STK":
        return gain
    cost = quantity * average
    most = max(abs(value), abs(cost)) / 100 + 1
    return gain if abs(value - cost - gain) <= most else None


def _rows(answer: Answer, root: str, tool: str) -> list[Answer]:
    """The rows below `root`, which stands alone in the answer."""
    rows = answer.get(root)
    if set(answer) != {root} or not isinstance(rows, list):
        raise Refusal("connector_shape", tool=tool)
    if not all(isinstance(row, dict) for row in rows):
        raise Refusal("connector_shape", tool=tool)
    return rows


def _currency(row: Answer, tool: str, where: str = "") -> str:
    found = row.get("currency")
    if not isinstance(found, str) or not _CURRENCY.match(found):
        raise _unusable("currency", tool, where)
    return found


def _number(row: Answer, field: str, tool: str, where: str = "") -> Decimal:
    """The number in `field`, which is a JSON number and nothing else."""
    found = row.get(field)
    number = None
    if isinstance(found, (int, Decimal)) and not isinstance(found, bool):
        number = parse_decimal(str(found))
    if number is None:
        raise _unusable(field, tool, where)
    return number


def _optional(row: Answer, field: str, tool: str, where: str = "") -> Decimal | None:
    return _number(row, field, tool, where) if field in row else None


def _named(row: Answer) -> str:
    return str(row.get("contract_description", row.get("contract_id", "")))


def _unusable(field: str, tool: str, where: str = "") -> Refusal:
    return Refusal("connector_field", field=field, tool=tool, where=f" ({where})" if where else "")
