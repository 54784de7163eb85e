"""Checks of what was paid and received: costs and dividends, summed up again from the raw rows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...core.plain_text import plain
from .review_evidence import ReviewEvidence, Rows, differs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.reviews.review_document import ReviewDocument


Problems = Iterator[str]
_ZERO = Decimal(0)
_STATED_FEES = ("clientFees", "advisorFees", "otherFees", "transactionTax", "salesTax")
_STATED = (*_STATED_FEES, "commissions", "brokerInterest", "dividends")
_RECEIVED = ("dividends", "payment in lieu of dividends")
_WITHHELD = ("withholding tax", "871(m) withholding")


def costs(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """Turnover, commissions, fees and interest are the sums of the raw rows."""
    part = document["costs"]
    stated = _stated(evidence)
    if part["turnover"] is not None:
        found = trade_costs_again(evidence)
        for field in ("turnover", "commissions", "taxes", "exchange_commissions"):
            if differs(part[field], found[field]):
                yield f"{field} {part[field]}, not {found[field]}"
        turnover = found["turnover"]
        points = found["commissions"] * 10_000 / turnover if turnover else None
        if differs(part["basis_points"], points):
            yield f"{part['basis_points']} basis points"
    elif differs(part["commissions"], _negative(stated.get("commissions"))):
        yield f"commissions {part['commissions']}"
    if evidence.rows.get("CashTransaction"):
        paid = payments_again(evidence)
        for field in ("fees", "interest_paid", "interest_received"):
            if differs(part[field], paid[field]):
                yield f"{field} {part[field]}, not {paid[field]}"
        net: Decimal | None = paid["interest_received"] - paid["interest_paid"]
    else:
        net = stated.get("brokerInterest")
        fees = [stated[name] for name in _STATED_FEES if name in stated]
        if differs(part["fees"], -sum(fees, _ZERO) if fees else None):
            yield f"fees {part['fees']}"
    if differs(part["interest_net"], net):
        yield f"net interest {part['interest_net']}"


def _stated(evidence: ReviewEvidence) -> dict[str, Decimal]:
    """The sums of the cash report in base currency."""
    for row in evidence.rows.get("CashReportCurrency", []):
        if row.get("currency") == "BASE_SUMMARY":
            return {name: Decimal(row[name]) for name in _STATED if row.get(name)}
    return {}


def _negative(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else -amount


def trade_costs_again(evidence: ReviewEvidence) -> dict[str, Decimal]:
    """The sums of the raw trades, above zero for what was paid."""
    trades = [
        row
        for row in evidence.rows.get("Trade", [])
        if row.get("levelOfDetail", "") in ("", "EXECUTION")
    ]
    own = [row for row in trades if row.get("assetCategory") != "CASH"]
    exchanges = [row for row in trades if row.get("assetCategory") == "CASH"]
    return {
        "turnover": sum((abs(_of(row, "tradeMoney", evidence)) for row in own), _ZERO),
        "commissions": -sum((_commission(row, evidence) for row in own), _ZERO),
        "taxes": -sum((_of(row, "taxes", evidence) for row in own), _ZERO),
        "exchange_commissions": -sum((_commission(row, evidence) for row in exchanges), _ZERO),
    }


def payments_again(evidence: ReviewEvidence) -> dict[str, Decimal]:
    """The sums of the raw fees and interest; above zero, of a sort, is as its name says."""
    names = ("fees", "interest_paid", "interest_received")
    return {name: _paid(evidence, name) for name in names}


def _rate_of(row: dict[str, str], currency: str, evidence: ReviewEvidence) -> Decimal:
    own = row.get("fxRateToBase", "")
    if own and currency == row.get("currency") and Decimal(own) > 0:
        return Decimal(own)
    return evidence.rates[currency]


def _of(row: dict[str, str], field: str, evidence: ReviewEvidence) -> Decimal:
    return Decimal(row.get(field) or 0) * _rate_of(row, row.get("currency", ""), evidence)


def _commission(row: dict[str, str], evidence: ReviewEvidence) -> Decimal:
    currency = row.get("ibCommissionCurrency") or row.get("currency", "")
    return Decimal(row.get("ibCommission") or 0) * _rate_of(row, currency, evidence)


def _paid(evidence: ReviewEvidence, field: str) -> Decimal:
    """What the raw cash transactions of one sort sum to, above zero where it was a cost."""
    sign = 1 if field == "interest_received" else -1
    total = _ZERO
    for row in _details(evidence.rows):
        kind = row.get("type", "").lower()
        is_fee = "fee" in kind or kind.startswith("commission adj")
        wanted = is_fee if field == "fees" else kind == "broker " + field.replace("_", " ")
        total += _of(row, "amount", evidence) if wanted else _ZERO
    return sign * total


def _details(rows: Rows) -> list[dict[str, str]]:
    found = rows.get("CashTransaction", [])
    return [row for row in found if row.get("levelOfDetail", "").upper() != "SUMMARY"] or found


def dividends(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """Dividends are those of the raw rows after the first day, of contracts that are held."""
    part = document["income"]
    if differs(part["stated_dividends"], _stated(evidence).get("dividends")):
        yield f"the cash report does not state dividends of {part['stated_dividends']}"
    claims = {row["symbol"]: Decimal(row["amount"]) for row in part["dividends"] or []}
    if part["dividends"] is None:
        return
    found = dividends_again(part["since"], document["as_of"], evidence)
    if set(found) != set(claims) or any(differs(str(claims[name]), found[name]) for name in claims):
        yield f"dividends are {found}"
    if differs(part["dividend_total"], sum(found.values(), _ZERO)):
        yield f"dividends {part['dividend_total']}"
    taxed = dividends_again(part["since"], document["as_of"], evidence, _WITHHELD)
    if differs(part["withheld"], -sum(taxed.values(), _ZERO)):
        yield f"{part['withheld']} was not withheld"


def dividends_again(
    since: str, until: str, evidence: ReviewEvidence, kinds: tuple[str, ...] = _RECEIVED
) -> dict[str, Decimal]:
    """The raw rows of some kinds after a day until another, by symbol, of contracts held."""
    conids = {row.row.get("conid"): plain(row.symbol) for row in evidence.positions}
    names = {plain(row.symbol) for row in evidence.positions}
    found: dict[str, Decimal] = {}
    for row in _details(evidence.rows):
        day = evidence.day(row.get("reportDate") or row.get("dateTime") or "")
        symbol = (row.get("conid") and conids.get(row["conid"])) or plain(row.get("symbol", ""))
        if row.get("type", "").lower() not in kinds:
            continue
        if symbol in names and since < day <= until:
            found[symbol] = found.get(symbol, _ZERO) + _of(row, "amount", evidence)
    return found
