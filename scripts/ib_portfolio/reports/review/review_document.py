"""Fills the review document: the only place that writes its keys."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ...analysis.concentration import Concentration, Share
from ...analysis.costs import Costs
from ...analysis.idle_cash import CashOfCurrency
from ...analysis.income import Income
from ...analysis.portfolio_review import Review
from ...analysis.tax_timing import Loss, Turning
from ...core.format import money, percent
from ...core.messages import say
from ...core.numbers import ZERO, plain_decimal
from ...core.plain_text import plain
from ...core.portfolio import Position
from ..document.plan_writer import shown_source
from .bonds_part import bonds_part
from .review_actions import actions_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import PlanDocument
    from ...core.reviews.review_document import (
        AmountRow,
        CashRow,
        CheckResult,
        ConcentrationPart,
        CostsPart,
        IncomePart,
        LossRow,
        ReviewDocument,
        ShareRow,
        TurningRow,
    )

COMMAND = "optimize-portfolio"


def review_document(
    review: Review, plan_document: PlanDocument, typed: str = "", account: str = ""
) -> ReviewDocument:
    """`review` with its numbers as decimal strings, beside the checked plan; without checks.

    `typed` are the options that the plan was asked for with, as they are typed; `account` those
    that name the account to commands that take no others.
    """
    portfolio = review.portfolio
    return {
        "command": COMMAND,
        "profile": plan_document["profile"],
        "typed_options": typed,
        "account_options": account,
        "source": portfolio.source,
        "shown_source": shown_source(plan_document),
        "as_of": portfolio.as_of,
        "account": portfolio.account,
        "retirement": review.retirement,
        "other_accounts": review.others,
        "base_currency": portfolio.base_currency,
        "net_asset_value": money(portfolio.net_asset_value),
        "investable_value": plan_document["investable_value"],
        "classes": plan_document["classes"],
        **({"sleeves": plan_document["sleeves"]} if "sleeves" in plan_document else {}),
        "trades": len(plan_document["trades"]),
        "concentration": _concentration(review.concentration, portfolio.net_asset_value),
        "costs": costs_part(review.costs, review.cash_over_target),
        "bonds": bonds_part(review.bonds),
        "income": income_part(review.income),
        "long_term_soon": [turning_row(row) for row in review.turning],
        "losses": [loss_row(row) for row in review.losses],
        "debits": [cash_row(row) for row in review.debits],
        "idle_currencies": [cash_row(row) for row in review.idle],
        "overlaps": [
            {"kind": row.what, "symbols": _symbols(row.positions), "value": money(row.value)}
            for row in review.overlaps
        ],
        "actions": actions_of(review, plan_document, typed, account),
        "warnings": list(plan_document["warnings"]),
        "notes": _notes(review),
        "heading_notes": list(plan_document["heading_notes"]),
        "checks": [],
    }


def with_review_checks(document: ReviewDocument, results: list[CheckResult]) -> ReviewDocument:
    """`document` with the results of its self-check."""
    return {**document, "checks": results}


def with_heading_note(document: ReviewDocument, note: str) -> ReviewDocument:
    """`document` with one more line in its heading."""
    return {**document, "heading_notes": [*document["heading_notes"], note]}


def _symbols(positions: Sequence[Position]) -> list[str]:
    return [plain(position.symbol) for position in positions]


def share_row(share: Share, whole: Decimal) -> ShareRow:
    """A share in percent of `whole`."""
    return {
        "name": plain(share.name),
        "symbols": _symbols(share.positions),
        "value": money(share.value),
        "share_pct": percent(share.value, whole),
    }


def _concentration(found: Concentration, whole: Decimal) -> ConcentrationPart:
    effective = found.effective
    return {
        "long_value": money(found.long_value),
        "positions": found.count,
        "effective_positions": None if effective is None else rounded(effective, "0.01"),
        "largest": [share_row(row, whole) for row in found.positions],
        "issuers": [share_row(row, whole) for row in found.issuers],
        "currencies": [share_row(row, whole) for row in found.currencies],
    }


def rounded(number: Decimal, step: str) -> str:
    """`number` in whole steps, as a plain decimal."""
    return plain_decimal(number.quantize(Decimal(step)))


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else money(amount)


def costs_part(costs: Costs, cash_over_target: Decimal) -> CostsPart:
    """The costs, to the cent; basis points to two decimals."""
    points = costs.basis_points
    return {
        "from_date": costs.from_date,
        "to_date": costs.to_date,
        "turnover": _money(costs.turnover),
        "commissions": _money(costs.commissions),
        "basis_points": None if points is None else rounded(points, "0.01"),
        "taxes": _money(costs.taxes),
        "exchange_commissions": _money(costs.exchange_commissions),
        "fees": _money(costs.fees),
        "interest_paid": _money(costs.interest_paid),
        "interest_received": _money(costs.interest_received),
        "interest_net": _money(costs.interest_net),
        "cash_over_target": money(cash_over_target),
    }


def _amounts(rows: Sequence[tuple[str, Decimal]]) -> list[AmountRow]:
    return [{"symbol": plain(symbol), "amount": money(amount)} for symbol, amount in rows]


def _total(rows: Sequence[tuple[str, Decimal]]) -> str:
    return money(sum((amount for _, amount in rows), ZERO))


def income_part(income: Income) -> IncomePart:
    """The income, to the cent."""
    told = income.dividends
    return {
        "until": income.until,
        "coupons": _amounts(income.coupons),
        "coupon_total": _total(income.coupons),
        "since": income.since,
        "told_from": income.told_from,
        "dividends": None if told is None else _amounts(told),
        "dividend_total": None if told is None else _total(told),
        "withheld": _money(income.withheld),
        "stated_dividends": _money(income.stated_dividends),
    }


def turning_row(row: Turning) -> TurningRow:
    """A lot that is soon long-term."""
    return {
        "symbol": plain(row.position.symbol),
        "quantity": plain_decimal(row.lot.quantity),
        "opened": row.lot.opened,
        "gain": money(row.gain),
        "day": row.day,
    }


def loss_row(row: Loss) -> LossRow:
    """A loss, to the cent."""
    return {
        "symbol": plain(row.position.symbol),
        "quantity": None if row.quantity is None else plain_decimal(row.quantity),
        "short": money(row.short),
        "long": money(row.long),
        "unsplit": money(row.unsplit),
        "total": money(row.total),
        "free_from": row.free_from,
        "purchases_told": row.purchases_told,
        "bought_in": [buyer.account for buyer in row.buyers],
        "lost_for_good": any(buyer.is_retirement for buyer in row.buyers),
    }


def cash_row(row: CashOfCurrency) -> CashRow:
    """Cash of a currency, to the cent."""
    return {
        "currency": row.currency,
        "amount": money(row.amount),
        "value": money(row.value),
        "cost": money(row.cost),
        "beside": row.beside,
    }


def _notes(review: Review) -> list[str]:
    """What the figures rest on, and which sections of the statement would tell more."""
    flows, portfolio = review.costs, review.portfolio
    notes = [portfolio.ledger] if portfolio.ledger else []
    if flows.turnover is None:
        notes.append(say("review_no_trades"))
    if review.income.dividends is None:
        notes.append(say("review_no_cash_transactions"))
    if review.is_retirement:
        notes.append(say("review_retirement"))
    elif any(not row.lots for row in portfolio.positions if row.asset_class):
        notes.append(say("review_no_lots"))
    if review.concentration.kind_untold:
        notes.append(say("review_kind_untold", count=review.concentration.kind_untold))
    return notes
