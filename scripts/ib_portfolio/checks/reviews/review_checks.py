"""The self-check of a review: its totals derived again from the raw rows, by code of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from ...core.plain_text import plain
from .bond_checks import bond_figures, bond_ladder, coupons
from .lot_day_checks import free_days, loss_lots, turning_days
from .money_checks import costs, dividends
from .overlap_checks import overlaps
from .review_evidence import RawAccount, ReviewEvidence, Rows, differs, review_evidence

TYPE_CHECKING = False
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


def positions(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """Every long position is there with its value and share; their sum and effective number."""
    part = document["concentration"]
    long = [row for row in evidence.positions if row.value > Decimal("0.005") and row.quantity > 0]
    claimed = sorted((row["name"], Decimal(row["value"])) for row in part["largest"])
    for (name, value), row in zip(claimed, sorted(long, key=_by_symbol)):
        if name != plain(row.symbol) or differs(str(value), row.value):
            yield f"{name}: {value}, not {row.symbol} {row.value}"
    if not len(claimed) == len(long) == part["positions"]:
        yield f"{len(claimed)} positions, not {len(long)}"
    total = sum((row.value for row in long), _ZERO)
    if differs(part["long_value"], total, len(long)):
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
        if differs(str(claim), found, 20):
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
            if differs(row["value"], both.get(row["name"], _ZERO), len(evidence.positions)):
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
                if differs(row["amount"], cash.get(row["currency"], _ZERO)):
                    yield f"{row['currency']}: {row['amount']}"


def _cash_by_currency(evidence: ReviewEvidence) -> dict[str, Decimal] | None:
    """The cash of each currency; None where the file does not tell it, or lacks a rate."""
    found = {
        row.get("currency", ""): Decimal(row["endingCash"])
        for row in evidence.rows.get("CashReportCurrency", [])
        if row.get("endingCash") and row.get("currency") != "BASE_SUMMARY"
    }
    return found if found and set(found) <= set(evidence.rates) else None


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
        if differs(str(own), whole, len(rows) + len(document["losses"])):
            yield f"{kind}: {own}, not {whole}"
    off = [
        abs(Decimal(row["drift_pct"])) * Decimal(document["investable_value"]) / 100
        for row in [*document["classes"], *document.get("sleeves", [])]
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
