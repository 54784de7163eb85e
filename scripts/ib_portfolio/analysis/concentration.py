"""How much of a portfolio lies in few places: positions, issuers, currencies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from ..core.numbers import ZERO
from ..core.portfolio import FUND_KINDS, Portfolio, Position
from ..core.record import Record
from ..taxes.trade_history import position_key

_ISSUED = ("STK", "BOND", "BILL")


class Share(Record):
    """What belongs together and its value in base currency."""

    name: str
    positions: tuple[Position, ...]  # none for a currency
    value: Decimal


class Concentration(Record):
    """`effective` is how many equal positions would be as concentrated, None without any.

    Shares stand largest first. `issuers` are companies, told by the first six characters of their
    CUSIPs; funds and governments are none, nor stocks of which the source does not tell the kind.
    """

    long_value: Decimal
    count: int
    effective: Decimal | None
    positions: tuple[Share, ...]
    issuers: tuple[Share, ...]
    currencies: tuple[Share, ...]  # with the cash of each; named by the instrument's own currency
    kind_untold: int  # stocks of which the source does not say whether they are funds


def concentration_of(portfolio: Portfolio) -> Concentration:
    """The concentration of what is held long; currencies count short positions and debits too.

    The effective number is 1 / sum of squared shares (the inverse Herfindahl-Hirschman index).
    """
    return _concentration([[row] for row in _long(portfolio)], [portfolio])


def concentration_over(portfolios: Sequence[Portfolio]) -> Concentration:
    """The same of accounts of one base currency together: one contract is one position.

    Its positions are those of every account that holds it.
    """
    groups: dict[str, list[Position]] = {}
    for portfolio in portfolios:
        for row in _long(portfolio):
            groups.setdefault(position_key(row), []).append(row)
    return _concentration(list(groups.values()), portfolios)


def _long(portfolio: Portfolio) -> Iterable[Position]:
    return (row for row in portfolio.positions if row.value > 0 and row.quantity > 0)


def _concentration(
    groups: Sequence[Sequence[Position]], portfolios: Sequence[Portfolio]
) -> Concentration:
    values = [sum((row.value for row in rows), ZERO) for rows in groups]
    total = sum(values, ZERO)
    squares = sum((value * value for value in values), ZERO)
    issued = [
        (code, row)
        for place, rows in enumerate(groups)
        for code, row in ((_issuer(row, place), row) for row in rows)
        if code
    ]
    kinds = [rows[0].instrument.sub_category for rows in groups if rows[0].category == "STK"]
    return Concentration(
        long_value=total,
        count=len(groups),
        effective=total * total / squares if squares else None,
        positions=_largest(
            Share(rows[0].symbol, tuple(rows), value) for rows, value in zip(groups, values)
        ),
        issuers=_largest(_together(issued)),
        currencies=_largest(_currencies(portfolios)),
        kind_untold=sum(not kind for kind in kinds),
    )


def _issuer(position: Position, place: int) -> str:
    """The issuer's code, "" for what has none here; without a code it is alone, at its `place`."""
    kind, told = position.instrument.sub_category.upper(), position.instrument
    if position.category not in _ISSUED or position.treasury or kind == "GOVT":
        return ""
    if position.category == "STK" and kind in FUND_KINDS:
        return ""
    if told.cusip:
        return told.cusip[:6]
    return told.isin[2:8] if told.isin.startswith(("US", "CA")) else f"= {place}"


def _together(rows: Iterable[tuple[str, Position]]) -> Iterable[Share]:
    groups: dict[str, list[Position]] = {}
    for issuer, row in rows:
        groups.setdefault(issuer, []).append(row)
    for group in groups.values():
        largest = max(group, key=lambda row: row.value)
        name = largest.description or largest.symbol
        yield Share(name, tuple(group), sum((row.value for row in group), ZERO))


def _currencies(portfolios: Sequence[Portfolio]) -> Iterable[Share]:
    values: dict[str, Decimal] = {}
    for portfolio in portfolios:
        for row in portfolio.positions:
            values[row.currency] = values.get(row.currency, ZERO) + row.value
        base = (portfolio.base_currency, (portfolio.cash, Decimal(1)))
        for name, (amount, rate) in portfolio.cash_by_currency or (base,):
            values[name] = values.get(name, ZERO) + amount * rate
    return (Share(name, (), value) for name, value in values.items() if value)


def _largest(shares: Iterable[Share]) -> tuple[Share, ...]:
    return tuple(sorted(shares, key=lambda share: (-share.value, share.name)))
