"""The self-check of a review: its totals derived again from the raw rows, by code of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from ...core.plain_text import plain
from .bond_checks import bond_figures, bond_ladder, coupons
from .lot_day_checks import free_days, loss_lots, turning_days
from .overlap_checks import overlaps
from .review_evidence import RawAccount, ReviewEvidence, Rows, review_evidence

if TYPE_CHECKING:
    from ...core.plan_document import CheckResult
    from ...core.reviews.review_document import ReviewDocument


Problems = Iterator[str]
_ZERO, _CENT = Decimal(0), Decimal("0.01")
_HALF_TENTH = Decimal("0.00011")  # of a percentage with four decimals
_FUNDS = ("ETF", "ETC", "ETN", "ETP", "FUND", "CLOSED-END FUND", "OPEN-END FUND", "")


def check_review(
    document: ReviewDocument,
    rows: Rows,
    slashed: Iterable[str] = (),
    others: Iterable[RawAccount] = (),
) -> list[CheckResult]:
    """The result of each check of `document` against the raw rows of the account's day.

    `others` are the other accounts of its household.
    """
    evidence = review_evidence(rows, document["base_currency"], slashed, others)
    results: list[CheckResult] = []
    for name, check in CHECKS:
        problems = list(check(document, evidence))
        detail = "; ".join(problems[:3])
        results.append({"name": name, "passed": not problems, "detail": detail})
    return results


def _differs(claim: str | None, found: Decimal | None, rows: int = 1) -> bool:
    """Whether a claim in cents is not what was found, half a cent a row allowed."""
    if claim is None or found is None:
        return (claim is None) != (found is None)
    return abs(Decimal(claim) - found) > _CENT / 2 * (rows + 1)


def positions(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """Every long position is there with its value and share; their sum and effective number."""
    part = document["concentration"]
    long = [row for row in evidence.positions if row.value > Decimal("0.005") and row.quantity > 0]
    claimed = sorted((row["name"], Decimal(row["value"])) for row in part["largest"])
    for (name, value), row in zip(claimed, sorted(long, key=_by_symbol)):
        if name != plain(row.symbol) or _differs(str(value), row.value):
            yield f"{name}: {value}, not {row.symbol} {row.value}"
    if not len(claimed) == len(long) == part["positions"]:
        yield f"{len(claimed)} positions, not {len(long)}"
    total = sum((row.value for row in long), _ZERO)
    if _differs(part["long_value"], total, len(long)):
        yield f"long value {part['long_value']}, not {total}"
    if total:
        values = [row.value.quantize(_CENT, rounding=ROUND_HALF_UP) for row in long]
        effective = sum(values) ** 2 / sum(value * value for value in values)
        if abs(Decimal(part["effective_positions"] or 0) - effective) > _CENT:
            yield f"effective positions {part['effective_positions']}, not {effective:.4f}"
    yield from _order(part["largest"], "positions")


def _by_symbol(row) -> tuple[str, Decimal]:
    return plain(row.symbol), row.value


def _order(rows, name: str) -> Problems:
    values = [Decimal(row["value"]) for row in rows]
    if values != sorted(values, reverse=True):
        yield f"{name} are not in the order of their values"


def shares(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """Every share is its value in percent of the net asset value."""
    whole = Decimal(document["net_asset_value"])
    part = document["concentration"]
    # A value is told to the cent, which of a small account is more than a share's last digit.
    most = _HALF_TENTH + abs(Decimal("0.5") / whole)
    for row in (*part["largest"], *part["issuers"], *part["currencies"]):
        if abs(Decimal(row["share_pct"]) - Decimal(row["value"]) / whole * 100) > most:
            yield f"{row['name']}: {row['share_pct']}%"


def issuers(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """Companies, by the issuer's part of the CUSIP, have the values of their positions."""
    sums: dict[str, Decimal] = {}
    for number, row in enumerate(evidence.positions):
        kind = row.row.get("subCategory", "").upper()
        cusip, isin = row.row.get("cusip", "").upper(), row.row.get("isin", "").upper()
        is_bond = row.category in ("BOND", "BILL")
        if row.quantity <= 0 or row.value <= Decimal("0.005") or kind == "GOVT":
            continue
        treasury = row.category == "BILL" or (is_bond and cusip.startswith("912"))
        if treasury or not (is_bond or (row.category == "STK" and kind not in _FUNDS)):
            continue
        code = cusip[:6] or (isin[2:8] if isin[:2] in ("US", "CA") else f"{number}/")
        sums[code] = sums.get(code, _ZERO) + row.value
    claimed = sorted(Decimal(row["value"]) for row in document["concentration"]["issuers"])
    if len(claimed) != len(sums):
        yield f"{len(claimed)} issuers, not {len(sums)}"
    for claim, found in zip(claimed, sorted(sums.values())):
        if _differs(str(claim), found, 20):
            yield f"an issuer of {claim}, not {found}"


def currencies(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """Each currency is worth its positions and its cash, and cash owed or idle is what it is."""
    held: dict[str, Decimal] = {}
    for row in evidence.positions:
        held[row.row["currency"]] = held.get(row.row["currency"], _ZERO) + row.value
    cash = _cash_by_currency(evidence)
    both = dict(held)
    for name, amount in (cash or {}).items():
        both[name] = both.get(name, _ZERO) + amount * evidence.rates[name]
    if cash is not None:
        for row in document["concentration"]["currencies"]:
            if _differs(row["value"], both.get(row["name"], _ZERO), len(evidence.positions)):
                yield f"{row['name']}: {row['value']}, not {both.get(row['name'])}"
        worth = {name: amount * evidence.rates[name] for name, amount in cash.items()}
        owed = {name for name, value in worth.items() if value <= -_CENT / 2}
        idle = {name for name, value in worth.items() if value >= _CENT / 2 and name not in held}
        idle.discard(evidence.base)
        for kind, names in (("debits", owed), ("idle_currencies", idle)):
            if {row["currency"] for row in document[kind]} != names:
                yield f"{kind} are not {sorted(names)}"
            for row in document[kind]:
                most = max(worth.values()) - _CENT  # of two that are alike either will do
                if row["beside"] and worth.get(row["beside"], _ZERO) < most:
                    yield f"{row['currency']} is not paid out of {row['beside']}"
                if _differs(row["amount"], cash.get(row["currency"], _ZERO)):
                    yield f"{row['currency']}: {row['amount']}"


def _cash_by_currency(evidence: ReviewEvidence) -> dict[str, Decimal] | None:
    """The cash of each currency; None where the file does not tell it, or lacks a rate."""
    found = {
        row.get("currency", ""): Decimal(row["endingCash"])
        for row in evidence.rows.get("CashReportCurrency", [])
        if row.get("endingCash") and row.get("currency") != "BASE_SUMMARY"
    }
    return found if found and set(found) <= set(evidence.rates) else None


def costs(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """Turnover, commissions, fees and interest are the sums of the raw rows."""
    part, rows = document["costs"], evidence.rows
    trades = [
        row for row in rows.get("Trade", []) if row.get("levelOfDetail", "") in ("", "EXECUTION")
    ]
    if part["turnover"] is not None:
        own = [row for row in trades if row.get("assetCategory") != "CASH"]
        exchanges = [row for row in trades if row.get("assetCategory") == "CASH"]
        turnover = sum((abs(_of(row, "tradeMoney", evidence)) for row in own), _ZERO)
        commissions = -sum((_commission(row, evidence) for row in own), _ZERO)
        for field, found in (
            ("turnover", turnover),
            ("commissions", commissions),
            ("taxes", -sum((_of(row, "taxes", evidence) for row in own), _ZERO)),
            (
                "exchange_commissions",
                -sum((_commission(row, evidence) for row in exchanges), _ZERO),
            ),
        ):
            if _differs(part[field], found):
                yield f"{field} {part[field]}, not {found}"
        points = Decimal(part["basis_points"] or 0)
        if turnover and abs(commissions * 10_000 - points * turnover) > turnover * _CENT:
            yield f"{points} basis points"
    if rows.get("CashTransaction"):
        kinds = ("fees", "interest_paid", "interest_received")
        for field in kinds:
            if _differs(part[field], _paid(evidence, field)):
                yield f"{field} {part[field]}, not {_paid(evidence, field)}"


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
    conids = {row.row.get("conid"): plain(row.symbol) for row in evidence.positions}
    names = {plain(row.symbol) for row in evidence.positions}
    found: dict[str, Decimal] = {}
    for row in _details(evidence.rows):
        day = evidence.day(row.get("reportDate") or row.get("dateTime") or "")
        symbol = (row.get("conid") and conids.get(row["conid"])) or plain(row.get("symbol", ""))
        if row.get("type", "").lower() not in ("dividends", "payment in lieu of dividends"):
            continue
        if symbol in names and part["since"] < day <= document["as_of"]:
            found[symbol] = found.get(symbol, _ZERO) + _of(row, "amount", evidence)
    if set(found) != set(claims) or any(
        _differs(str(claims[name]), found[name]) for name in claims
    ):
        yield f"dividends are {found}"
    if _differs(part["dividend_total"], sum(found.values(), _ZERO), len(found)):
        yield f"dividends {part['dividend_total']}"


def actions(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """The actions are ranked by their figures, and the figures are those of the parts."""
    rows = document["actions"]
    if [row["rank"] for row in rows] != list(range(1, len(rows) + 1)):
        yield "the ranks are not 1, 2, 3 …"
    figures = [Decimal(row["figure"]) for row in rows]
    if figures != sorted(figures, reverse=True):
        yield "the largest figure is not first"
    lost = -sum((Decimal(row["total"]) for row in document["losses"]), _ZERO)
    parts: dict[str, Decimal | None] = {
        "losses": lost,
        "debit": -sum((Decimal(row["value"]) for row in document["debits"]), _ZERO),
        "idle": sum((Decimal(row["value"]) for row in document["idle_currencies"]), _ZERO),
    }
    for kind, whole in parts.items():
        own = sum((Decimal(row["figure"]) for row in rows if row["kind"] == kind), _ZERO)
        if _differs(str(own), whole, len(rows) + len(document["losses"])):
            yield f"{kind}: {own}, not {whole}"
    off = [
        abs(Decimal(row["drift_pct"])) * Decimal(document["investable_value"]) / 100
        for row in document["classes"]
    ]
    for row in rows:
        if row["kind"] == "rebalance":
            step = Decimal(document["investable_value"]) / 1_000_000 + _CENT
            if abs(Decimal(row["figure"]) - max(off)) > step:
                yield f"rebalance: {row['figure']}, not {max(off)}"
        if Decimal(row["figure"]) <= 0 or Decimal(row["cost"]) < 0 or not row["command"]:
            yield f"{row['kind']} has no figure, cost or command"


CHECKS: tuple[tuple[str, Callable[[ReviewDocument, ReviewEvidence], Problems]], ...] = (
    ("positions", positions),
    ("shares", shares),
    ("issuers", issuers),
    ("currencies", currencies),
    ("costs", costs),
    ("bond figures", bond_figures),
    ("bond ladder", bond_ladder),
    ("coupons", coupons),
    ("dividends", dividends),
    ("losses by lot", loss_lots),
    ("free days", free_days),
    ("long-term days", turning_days),
    ("overlaps", overlaps),
    ("actions", actions),
)
