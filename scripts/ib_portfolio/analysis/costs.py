"""What a portfolio has cost over the period of its statement, as far as the statement tells."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ..core.numbers import ZERO
from ..core.record import Record
from ..core.reviews.flows import Deal, Flows, Payment

_EXCHANGES = "CASH"  # IBKR's category of a currency trade
_INTEREST_PAID, _INTEREST_RECEIVED = "broker interest paid", "broker interest received"
# The sums of the cash report that are fees.
_STATED_FEES = ("clientFees", "advisorFees", "otherFees", "transactionTax", "salesTax")


class Costs(Record):
    """Amounts paid are above zero; in base currency, not rounded; None where it is not told."""

    from_date: str
    to_date: str
    turnover: Decimal | None  # of purchases and sales, currency exchanges apart
    commissions: Decimal | None
    taxes: Decimal | None  # levied on trades
    exchange_commissions: Decimal | None
    fees: Decimal | None
    interest_paid: Decimal | None
    interest_received: Decimal | None
    interest_net: Decimal | None  # received less paid

    @property
    def basis_points(self) -> Decimal | None:
        """The commissions in hundredths of a percent of the turnover."""
        if self.commissions is None or not self.turnover:
            return None
        return self.commissions * 10_000 / self.turnover


def costs_of(flows: Flows) -> Costs:
    """The costs in `flows`: from single rows where there are such, else the cash report's sums."""
    trades = _trades(flows.deals, exchanges=False)
    exchanges = _trades(flows.deals, exchanges=True)
    paid = _sum(flows.payments, _INTEREST_PAID)
    received = _sum(flows.payments, _INTEREST_RECEIVED)
    net = flows.stated.get("brokerInterest")
    if paid is not None and received is not None:
        net = received + paid
    commissions = _total(trades, "commission")
    if commissions is None and "commissions" in flows.stated:
        commissions = -flows.stated["commissions"]
    return Costs(
        from_date=flows.from_date,
        to_date=flows.to_date,
        turnover=_total(trades, "money"),
        commissions=commissions,
        taxes=_total(trades, "taxes"),
        exchange_commissions=_total(exchanges, "commission"),
        fees=_fees(flows),
        interest_paid=None if paid is None else -paid,
        interest_received=received,
        interest_net=net,
    )


def costs_together(rows: Sequence[Costs]) -> Costs:
    """The costs of several accounts of one base currency; what one does not tell is not told.

    The period is "" where they do not have the same.
    """
    periods = {(row.from_date, row.to_date) for row in rows}
    first, last = periods.pop() if len(periods) == 1 else ("", "")
    names = [name for name in Costs._fields if name not in ("from_date", "to_date")]
    sums = {name: _all_told([getattr(row, name) for row in rows]) for name in names}
    return Costs(from_date=first, to_date=last, **sums)


def _all_told(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if len(known) == len(amounts) else None


def _trades(deals: tuple[Deal, ...] | None, exchanges: bool) -> list[Deal] | None:
    if deals is None:
        return None
    return [deal for deal in deals if (deal.category == _EXCHANGES) == exchanges]


def _total(deals: list[Deal] | None, field: str) -> Decimal | None:
    return None if deals is None else sum((getattr(deal, field) for deal in deals), ZERO)


def _sum(payments: tuple[Payment, ...] | None, kind: str) -> Decimal | None:
    if payments is None:
        return None
    return sum((row.amount for row in payments if row.kind.casefold() == kind), ZERO)


def _fees(flows: Flows) -> Decimal | None:
    if flows.payments is not None:
        return -sum((row.amount for row in flows.payments if _is_fee(row.kind)), ZERO)
    stated = [flows.stated[name] for name in _STATED_FEES if name in flows.stated]
    return -sum(stated, ZERO) if stated else None


def _is_fee(kind: str) -> bool:
    folded = kind.casefold()
    return "fee" in folded or folded.startswith("commission adj")
