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
_ZERO, _CENT = Decimal(0), Decimal("0.01")


def costs(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """Turnover, commissions, fees and interest are the sums of the raw rows."""
    part = document["costs"]
    if part["turnover"] is not None:
        found = trade_costs_again(evidence)
        for field in ("turnover", "commissions", "taxes", "exchange_commissions"):
            if differs(part[field], found[field]):
                yield f"{field} {part[field]}, not {found[field]}"
        points, turnover = Decimal(part["basis_points"] or 0), found["turnover"]
        off = found["commissions"] * 10_000 - points * turnover
        if turnover and abs(off) > turnover * _CENT:
            yield f"{points} basis points"
    if evidence.rows.get("CashTransaction"):
        for field, paid in payments_again(evidence).items():
            if differs(part[field], paid):
                yield f"{field} {part[field]}, not {paid}"


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
    claims = {row["symbol"]: Decimal(row["amount"]) for row in part["dividends"] or []}
    if part["dividends"] is None:
        return
    found = dividends_again(part["since"], document["as_of"], evidence)
    if set(found) != set(claims) or any(differs(str(claims[name]), found[name]) for name in claims):
        yield f"dividends are {found}"
    if differs(part["dividend_total"], sum(found.values(), _ZERO), len(found)):
        yield f"dividends {part['dividend_total']}"


def dividends_again(since: str, until: str, evidence: ReviewEvidence) -> dict[str, Decimal]:
    """The raw dividends after a day until another, by symbol, of contracts that are held."""
    conids = {row.row.get("conid"): plain(row.symbol) for row in evidence.positions}
    names = {plain(row.symbol) for row in evidence.positions}
    found: dict[str, Decimal] = {}
    for row in _details(evidence.rows):
        day = evidence.day(row.get("reportDate") or row.get("dateTime") or "")
        symbol = (row.get("conid") and conids.get(row["conid"])) or plain(row.get("symbol", ""))
        if row.get("type", "").lower() not in ("dividends", "payment in lieu of dividends"):
            continue
        if symbol in names and since < day <= until:
            found[symbol] = found.get(symbol, _ZERO) + _of(row, "amount", evidence)
    return found
