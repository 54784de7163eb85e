"""The three answers of IBKR's own connector as a portfolio.

Amounts come in each row's own currency and are converted with the rates of the balances. Bonds
count at their value and are not traded, since no answer was seen that tells how the connector
counts them; a row without a known class is held, and the report asks for it.
"""

from __future__ import annotations

from decimal import Decimal

from ...core.messages import Refusal, say
from ...core.numbers import ZERO, to_cents, unit_value
from ...core.plain_text import plain
from ...core.portfolio import Portfolio, Position, classify, mask_account
from .connector_ledger import reconcile_connector
from .connector_rows import (
    OTHER,
    UNTOLD,
    Answer,
    Balance,
    Holding,
    read_balances,
    read_positions,
    read_summary,
)

SOURCE = "ibkr-connector"


def connector_portfolio(
    summary: Answer, balances: Answer, positions: Answer, captured_at: str
) -> Portfolio:
    """The portfolio in the answers of the three tools; `captured_at` as 2026-10-04 15:30 +02:00.

    Refusal by name for an answer, a row or a figure that is not as recorded or does not add up
    (connector_rows and connector_ledger say which), and ("no_positions") for an account that holds
    nothing.
    """
    account = read_summary(summary)
    together, currencies = read_balances(balances, account.base)
    holdings = read_positions(positions)
    ledger = reconcile_connector(account, together, currencies, holdings)
    if not holdings:
        raise Refusal("no_positions")
    rates = {account.base: Decimal(1), **{name: row.rate for name, row in currencies.items()}}
    return Portfolio(
        source=SOURCE,
        account=mask_account(account.account),
        base_currency=account.base,
        as_of="",  # the answers do not tell of when their prices are
        positions=tuple(_position(row, rates[row.currency]) for row in holdings),
        cash=to_cents(sum((row.cash * row.rate for row in currencies.values()), ZERO)),
        net_asset_value=to_cents(account.net_liquidation),
        usd_rate=rates.get("USD"),
        rates=tuple(rates.items()),
        ledger=ledger,
        warnings=tuple(_warnings(holdings)),
        cash_by_currency=_cash(currencies),
        captured_at=captured_at,
    )


def _cash(currencies: dict[str, Balance]) -> tuple[tuple[str, tuple[Decimal, Decimal]], ...]:
    return tuple((name, (row.cash, row.rate)) for name, row in sorted(currencies.items()))


def _position(row: Holding, rate: Decimal) -> Position:
    value = to_cents(row.value * rate)
    asset_class, reason = classify(row.category, row.quantity, value, priced=True)
    return Position(
        symbol=row.symbol,
        currency=row.currency,
        category=row.category,
        asset_class=asset_class,
        held_reason=reason,
        quantity=row.quantity,
        rate=rate,
        value=value,
        unit_value=unit_value(row.value * rate, row.quantity),
        unrealized_gain=None if row.gain is None else to_cents(row.gain * rate),
        treasury=False,
        as_of="",
        conid=row.conid,
        description=row.description,
        lock="lock.connector_bond" if asset_class == "BOND" else "",
        instrument=row.terms._replace(exchange=row.venue),
    )


def _warnings(holdings: list[Holding]) -> list[str]:
    """What the user is asked about: rows whose class is not told."""
    untold = [plain(row.symbol) for row in holdings if row.category == UNTOLD]
    other = [plain(row.symbol) for row in holdings if row.category == OTHER]
    found = []
    if untold:
        found.append(say("connector_class_untold", symbols=", ".join(untold), example=untold[0]))
    if other:
        found.append(say("connector_class_unclear", symbols=", ".join(other)))
    return found
