"""Fills the document of /tax-report: the only place that writes its keys."""

from __future__ import annotations

from decimal import Decimal

from ...core.format import money
from ...core.messages import say
from ...core.numbers import ZERO, plain_decimal, to_cents
from ...core.plain_text import plain
from ...core.portfolio import mask_account
from ...taxes.cash_kinds import KINDS, WITHHELD
from ...taxes.discount_accrual import DiscountAccrual
from ...taxes.tax_year import LONG, NOT_SPLIT, SHORT, Difference, Paid, RealizedLot, TaxYear
from ...taxes.wash_review import WashReview

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import DocumentPart

_TERMS = {SHORT: "short", LONG: "long", NOT_SPLIT: "not_split"}
_RATE_STEP = Decimal("0.0001")


def tax_document(year: TaxYear, review: WashReview, currency: str) -> dict[str, object]:
    """The document without source, period and notes, which the story adds.

    Money is a decimal string to the cent, signed as it came in (above zero) or went out. Sums are
    exact and rounded once, so that rows can differ from them by rounding.
    """
    return {
        "base_currency": currency,
        "gains": {
            "lots": [_lot(lot) for lot in year.lots],
            "totals": {name: _term_total(year.lots, term) for term, name in _TERMS.items()},
            "net": money(sum((lot.base for lot in year.lots), ZERO)),
            "by_currency": _by_currency(year.lots),
            "of_currencies": money(year.currency_gain),
        },
        "cash": _cash(year.paid),
        "cash_totals": {
            kind: money(sum((one.base for one in year.paid if one.kind == kind), ZERO))
            for kind in KINDS
        },
        "withheld": _withheld(year.paid),
        "payments": [_payment(one) for one in year.paid],
        "left_out": year.moved,
        "costs": {"commissions": money(year.commissions), "taxes": money(year.levies)},
        "discounts": [_discount(one) for one in year.discounts],
        "discount_total": money(sum((one.amount for one in year.discounts), ZERO)),
        "wash_sales": _wash(review),
        "compared": [_compared(one, currency) for one in year.compared],
    }


def _lot(lot: RealizedLot) -> DocumentPart:
    return {
        "account": mask_account(lot.account),
        "symbol": lot.contract.symbol,
        "contract": lot.contract.key,
        "asset_category": lot.contract.category,
        "isin": lot.contract.isin,
        "currency": lot.contract.currency,
        "quantity": plain_decimal(lot.quantity),
        "opened": lot.opened,
        "held_since": lot.held_since,
        "closed": lot.closed,
        "term": _TERMS[lot.term],
        "gain": money(lot.realized),
        "gain_base": money(lot.base),
    }


def _term_total(lots: tuple[RealizedLot, ...], term: str) -> DocumentPart:
    own = [lot.base for lot in lots if lot.term == term]
    won = sum((gain for gain in own if gain > 0), ZERO)
    lost = sum((gain for gain in own if gain < 0), ZERO)
    return {"gains": money(won), "losses": money(lost), "net": money(won + lost)}


def _by_currency(lots: tuple[RealizedLot, ...]) -> list[DocumentPart]:
    """What was realised in each currency, in it and in base currency."""
    found = []
    for currency in sorted({lot.contract.currency for lot in lots}):
        own = [lot for lot in lots if lot.contract.currency == currency]
        row = {"currency": currency}
        for term, name in _TERMS.items():
            row[name] = money(sum((lot.realized for lot in own if lot.term == term), ZERO))
        row["base"] = money(sum((lot.base for lot in own), ZERO))
        found.append(row)
    return found


def _cash(paid: tuple[Paid, ...]) -> list[DocumentPart]:
    """Each kind in each currency."""
    sums: dict[tuple[str, str], list[Decimal]] = {}
    for one in paid:
        both = sums.setdefault((one.kind, one.entry.contract.currency), [ZERO, ZERO])
        both[0] += one.entry.amount
        both[1] += one.base
    return [
        {"kind": kind, "currency": currency, "amount": money(amount), "base": money(base)}
        for (kind, currency), (amount, base) in sorted(
            sums.items(), key=lambda pair: (KINDS.index(pair[0][0]), pair[0][1])
        )
    ]


def _withheld(paid: tuple[Paid, ...]) -> list[DocumentPart]:
    """The taxes withheld at the source by country, the largest first."""
    sums: dict[str, Decimal] = {}
    for one in paid:
        if one.kind == WITHHELD:
            sums[one.entry.country] = sums.get(one.entry.country, ZERO) + one.base
    ordered = sorted(sums.items(), key=lambda pair: (pair[1], pair[0]))
    return [{"country": country, "base": money(base)} for country, base in ordered]


def _payment(one: Paid) -> DocumentPart:
    entry = one.entry
    return {
        "account": mask_account(one.account),
        "kind": one.kind,
        "type": entry.kind,
        "date": entry.day,
        "symbol": entry.contract.symbol,
        "isin": entry.contract.isin,
        "country": entry.country,
        "currency": entry.contract.currency,
        "amount": money(entry.amount),
        "base": money(one.base),
        "description": entry.description,
    }


def _discount(one: DiscountAccrual) -> DocumentPart:
    assert one.lot.cost is not None
    return {
        "symbol": plain(one.position.symbol),
        "face": plain_decimal(one.lot.quantity),
        "opened": one.lot.opened,
        "cost": money(one.lot.cost),
        "from": one.first,
        "to": one.last,
        "yield_pct": plain_decimal(one.yield_pct.quantize(_RATE_STEP)),
        "accrued": money(one.amount),
    }


def _wash(review: WashReview) -> DocumentPart:
    """The disallowed losses by their term, and how many sales are certain or possible."""
    from ...market.holding_period import is_long_term

    disallowed = {name: ZERO for name in _TERMS.values()}
    for one in review.losses:
        loss = one.match.loss
        if not loss.held_since:
            name = "not_split"
        else:
            name = "long" if is_long_term(loss.held_since, loss.day) else "short"
        disallowed[name] += to_cents(one.match.disallowed)
    verdicts = [one.verdict for one in review.losses]
    return {
        "disallowed": {name: money(amount) for name, amount in disallowed.items()},
        "sales": len(verdicts),
        "yes": verdicts.count("yes"),
        "possible": verdicts.count("possible"),
        "cannot_tell": verdicts.count("cannot tell"),
    }


def _compared(one: Difference, base: str) -> DocumentPart:
    difference = one.ours - one.theirs
    agrees = abs(to_cents(difference)) <= one.near
    return {
        "what": say(one.what, symbol=one.symbol or "?"),
        "key": one.what,
        "symbol": one.symbol,
        "currency": one.currency or base,
        "ours": money(one.ours),
        "ibkr": money(one.theirs),
        "difference": money(difference),
        "rounding": money(one.near),
        "agrees": agrees,
    }
