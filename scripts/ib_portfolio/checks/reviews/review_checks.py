"""The self-check of a review: its totals derived again from the raw rows, by code of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from ...core.plain_text import plain
from ..case import cents
from ..cash_evidence import raw_cash, raw_rates
from ..market.exchange_checks import exchange_again
from .action_checks import actions, companies
from .bond_checks import bond_figures, bond_ladder, coupons
from .lot_day_checks import free_days, loss_lots, turning_days
from .money_checks import costs, dividends
from .overlap_checks import overlaps
from .plan_part_checks import plan_parts
from .review_evidence import (
    RawAccount,
    RawPlan,
    ReviewEvidence,
    Rows,
    differs,
    review_evidence,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import CheckResult
    from ...core.reviews.review_document import ReviewDocument


Problems = Iterator[str]
_ZERO, _CENT = Decimal(0), Decimal("0.01")
_HALF_TENTH = Decimal("0.00011")  # of a percentage with four decimals


def check_review(
    document: ReviewDocument,
    rows: Rows,
    slashed: Iterable[str] = (),
    others: Iterable[RawAccount] = (),
    planned: RawPlan | None = None,
) -> list[CheckResult]:
    """The result of each check of `document` against the raw rows of the account's day.

    `others` are the other accounts of its household; `planned` is the checked plan beside it.
    """
    evidence = review_evidence(rows, document["base_currency"], slashed, others)
    evidence = evidence._replace(planned=planned)
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
        if name != plain(row.symbol) or value != row.worth:
            yield f"{name}: {value}, not {row.symbol} {row.value}"
    if not len(claimed) == len(long) == part["positions"]:
        yield f"{len(claimed)} positions, not {len(long)}"
    total = sum((row.worth for row in long), _ZERO)
    if Decimal(part["long_value"]) != total:
        yield f"long value {part['long_value']}, not {total}"
    if total:
        effective = total**2 / sum(row.worth * row.worth for row in long)
        if differs(part["effective_positions"], effective):
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
    found = sorted(sum((raw.worth for raw in held), _ZERO) for held in companies(evidence).values())
    claimed = sorted(Decimal(row["value"]) for row in document["concentration"]["issuers"])
    if claimed != found:
        yield f"the issuers are worth {found}, not {claimed}"


def currencies(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """Each currency is worth its positions and its cash, and cash owed or idle is what it is."""
    held: dict[str, Decimal] = {}
    for row in evidence.positions:
        held[row.row["currency"]] = held.get(row.row["currency"], _ZERO) + row.worth
    cash = _cash_by_currency(evidence)
    if cash is None:
        rates = raw_rates(evidence.rows, evidence.day_first)
        cash = {evidence.base: raw_cash(evidence.rows, rates, evidence.day_first)}
    both = dict(held)
    for name, amount in cash.items():
        both[name] = both.get(name, _ZERO) + amount * evidence.rates[name]
    for row in document["concentration"]["currencies"]:
        if differs(row["value"], both.get(row["name"], _ZERO)):
            yield f"{row['name']}: {row['value']}, not {both.get(row['name'])}"
    worth = {name: cents(amount * evidence.rates[name]) for name, amount in cash.items()}
    owed = {name for name, value in worth.items() if value < 0}
    idle = {name for name, value in worth.items() if value > 0 and name not in held}
    idle.discard(evidence.base)
    for kind, names in (("debits", owed), ("idle_currencies", idle)):
        if {row["currency"] for row in document[kind]} != names:
            yield f"{kind} are not {sorted(names)}"
        for row in document[kind]:
            most = max(worth.values())
            if row["beside"] and worth.get(row["beside"], _ZERO) < most:
                yield f"{row['currency']} is not paid out of {row['beside']}"
            own = (cash.get(row["currency"], _ZERO), worth.get(row["currency"], _ZERO))
            if differs(row["amount"], own[0]) or Decimal(row["value"]) != own[1]:
                yield f"{row['currency']}: {row['amount']}, worth {row['value']}"
            if evidence.planned:
                part = min(abs(own[1]), most) if kind == "debits" else own[1]
                cost = exchange_again(part, evidence.planned.account.usd) if part > 0 else _ZERO
                if Decimal(row["cost"]) != cost:
                    yield f"exchanging {row['currency']} costs {cost}, not {row['cost']}"


def _cash_by_currency(evidence: ReviewEvidence) -> dict[str, Decimal] | None:
    """The cash of each currency; None where the file does not tell it, or lacks a rate."""
    found = {
        row.get("currency", ""): Decimal(row["endingCash"])
        for row in evidence.rows.get("CashReportCurrency", [])
        if row.get("endingCash") and row.get("currency") != "BASE_SUMMARY"
    }
    return found if found and set(found) <= set(evidence.rates) else None


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
    ("parts of the plan", plan_parts),
    ("actions", actions),
)
