"""The ledger of ib-sec-mcp's answers: do their figures agree with each other?

The server passes on a statement's figures one by one and adds some up, so most are told twice: a
position by its value and by quantity and price, a total by its parts. A figure that is wrong in one
place is wrong for the plan. What disagrees beyond rounding is refused, with both figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ..core.messages import Ours, Refusal
from ..core.numbers import CENT, ZERO, to_cents
from ..core.plain_text import plain
from ..core.record import Record
from .ib_sec_mcp import CURRENCY, Answer, base_currency, number_of, position_rows, text_of

# A value is off its price and quantity by at most a cent, a thousandth of it, and half a unit in
# the fourth decimal of the price. Sums, and cost and gain against value, are off by a cent.
_SHARE = Decimal("0.001")
_PRICE_ROUNDING = Decimal("0.00005")
_HARD_CODED = "USD"  # what the server calls every base currency
_HUNDRED, _TEN_THOUSAND = Decimal(100), Decimal(10_000)
# How much of the price is that of one unit: bonds are quoted in percent of face, as are the bills
# and structured products among OTHER; funds of some markets per 10,000 units.
_DIVISORS = {
    "BOND": (_HUNDRED,),
    "OTHER": (Decimal(1), _HUNDRED),
    "FUND": (Decimal(1), _TEN_THOUSAND),
}
# Names of inflation-linked bonds, whose value has an index factor that the answer does not tell.
_LINKED = re.compile(r"\b(TII|TIPS|UKTI|OATI|DBRI|BTPI|I/L)\b|INFL|LINKED", re.IGNORECASE)


class _Figure(Record):
    """A figure and what the answers call it."""

    name: str
    amount: Decimal


def reconcile_answers(positions: Answer, summary: Answer) -> None:
    """Nothing, when the answers of get_positions and get_account_summary agree with themselves.

    Refusal("server_contradiction") that names the two figures that do not, both in base currency
    and to the cent; ("answer_field") for a figure that is missing or no number, ("answer_shape")
    for a part that is missing, ("server_cash") for a currency that is none or comes twice,
    ("server_base_differs") for another base currency than that of the rates.
    """
    rows = position_rows(positions)
    stated, (base, _) = text_of(summary, "base_currency"), base_currency(rows)
    if stated not in ("", _HARD_CODED, base):
        raise Refusal("server_base_differs", stated=stated, base=base)
    for row in rows:
        for one, other, most in _pairs_of_row(row):
            _agree(one, other, most)
    for one, other in _pairs_of_totals(rows, positions, summary):
        _agree(one, other, CENT)


def _agree(one: _Figure, other: _Figure, most: Decimal) -> None:
    if abs(one.amount - other.amount) <= most:
        return
    raise Refusal(
        "server_contradiction",
        one=Ours(one.name),
        first=f"{to_cents(one.amount):,}",
        other=Ours(other.name),
        second=f"{to_cents(other.amount):,}",
    )


def _pairs_of_row(row: Answer) -> Iterator[tuple[_Figure, _Figure, Decimal]]:
    """What a position tells twice, and by how much the two may differ."""
    symbol = plain(text_of(row, "symbol"))
    value = _Figure(f"position_value of {symbol}", number_of(row, "position_value"))
    if not _is_linked(row):
        yield value, *_counted(row, value.amount)
    # The server fills in 0 for what the statement does not tell: no cost, nothing to compare.
    cost = number_of(row, "cost_basis")
    if cost:
        gained = _Figure("cost_basis + unrealized_pnl", cost + number_of(row, "unrealized_pnl"))
        yield value, gained, CENT
    quantity, average = number_of(row, "quantity"), number_of(row, "average_cost")
    if average:
        paid = _Figure("quantity x average_cost", quantity * average)
        most = CENT + abs(cost) * _SHARE
        yield _Figure(f"cost_basis of {symbol}", cost), paid, most


def _counted(row: Answer, value: Decimal) -> tuple[_Figure, Decimal]:
    """The value by quantity and price, as the row's kind is quoted, and its rounding."""
    factors = (number_of(row, name) for name in ("quantity", "multiplier", "fx_rate_to_base"))
    units = Decimal(1)
    for factor in factors:
        units *= factor
    price = number_of(row, "mark_price")
    found = []
    for divisor in _DIVISORS.get(text_of(row, "asset_class"), (Decimal(1),)):
        amount = units * price / divisor
        most = CENT + abs(amount) * _SHARE + abs(units) / divisor * _PRICE_ROUNDING
        found.append((_Figure("quantity x mark_price x rate", amount), most))
    return min(found, key=lambda one: abs(one[0].amount - value) - one[1])


def _is_linked(row: Answer) -> bool:
    named = f"{text_of(row, 'symbol')} {text_of(row, 'description')}"
    return text_of(row, "asset_class") == "BOND" and bool(_LINKED.search(named))


def _pairs_of_totals(
    rows: list[Answer], positions: Answer, summary: Answer
) -> Iterator[tuple[_Figure, _Figure]]:
    """What the answers add up, beside the sum of its parts and beside the other answer's."""
    totals, counted = _part(positions, "totals"), _part(summary, "positions")
    cash, account = _part(summary, "cash"), _part(summary, "account_value")
    breakdown = _part(account, "breakdown", "get_account_summary")
    by_column = (
        ("position_value", "total_value"),
        ("unrealized_pnl", "total_unrealized_pnl"),
        ("realized_pnl", "total_realized_pnl"),
    )
    for column, name in by_column:
        added = sum((number_of(row, column) for row in rows), ZERO)
        whole = _Figure(f"{name} of get_positions", number_of(totals, name))
        yield whole, _Figure(f"the sum of {column}", added)
        if name in counted:
            own = _Figure(f"{name} of get_account_summary", number_of(counted, name))
            yield own, whole
    in_all = _Figure("total_cash", number_of(cash, "total_cash"))
    yield in_all, _Figure("the sum of ending_cash", _cash(cash))
    held = _Figure("the breakdown's positions", number_of(breakdown, "positions"))
    yield held, _Figure("total_value of get_account_summary", number_of(counted, "total_value"))
    paid = _Figure("the breakdown's cash", number_of(breakdown, "cash"))
    yield paid, in_all
    whole = _Figure("total_value of account_value", number_of(account, "total_value"))
    yield whole, _Figure("its cash + positions", paid.amount + held.amount)


def _cash(cash: Answer) -> Decimal:
    """The sum of the cash rows as the server makes it, unconverted."""
    rows = cash.get("by_currency")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refusal("answer_shape", tool="get_account_summary")
    names = [text_of(row, "currency") for row in rows]
    for name in names:
        if not CURRENCY.match(name) or names.count(name) > 1:
            raise Refusal("server_cash", currency=name)
    return sum((number_of(row, "ending_cash") for row in rows), ZERO)


def _part(answer: Answer, name: str, tool: str = "") -> Answer:
    found = answer.get(name)
    if not isinstance(found, dict):
        known = tool or ("get_positions" if name == "totals" else "get_account_summary")
        raise Refusal("answer_shape", tool=known)
    return found
