"""The check of a review's actions: the figure and the cost of each, derived again."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

from ..case import cents
from .bond_checks import bond_pairs
from .lot_day_checks import OF_PRICE, losing, losing_quantities, turning_again
from .overlap_checks import overlapping
from .plan_part_checks import costs_of_orders, distances, sale_cost, traded_positions
from .review_evidence import HALF_CENT, RawPlan, RawPosition, ReviewEvidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.reviews.review_document import ReviewDocument

Problems = Iterator[str]
# What an action is: its kind, its figure and to how much that is told, and the costs it may have.
_Action = tuple[str, Decimal, Decimal, set[Decimal]]
_ZERO, _CENT = Decimal(0), Decimal("0.01")
_LIMIT = Decimal(10)  # percent of one company
_FREE = {_ZERO}
_FUNDS = ("ETF", "ETC", "ETN", "ETP", "FUND", "CLOSED-END FUND", "OPEN-END FUND", "")


def actions(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """The actions are ranked by their figures; figures and costs are those of the parts."""
    rows = document["actions"]
    if [row["rank"] for row in rows] != list(range(1, len(rows) + 1)):
        yield "the ranks are not 1, 2, 3 …"
    figures = [Decimal(row["figure"]) for row in rows]
    if figures != sorted(figures, reverse=True):
        yield "the largest figure is not first"
    if not all(row["command"] for row in rows):
        yield "an action has no command"
    if evidence.planned is None:
        return
    left = [one for one in _wanted(document, evidence) if one[1] >= _CENT / 2]
    for row in rows:
        figure, cost = Decimal(row["figure"]), Decimal(row["cost"])
        found = [
            one
            for one in left
            if one[0] == row["kind"] and abs(one[1] - figure) <= one[2] and cost in one[3]
        ]
        if found:
            left.remove(min(found, key=lambda one, figure=figure: abs(one[1] - figure)))
        else:
            yield f"{row['kind']}: {row['figure']} at a cost of {row['cost']} is not so"
    yield from (f"{kind} of {figure:.2f} is missing" for kind, figure, _, _ in left)


def _wanted(document: ReviewDocument, evidence: ReviewEvidence) -> Iterator[_Action]:
    planned = evidence.planned
    assert planned is not None
    if planned.document["trades"]:
        over, near = max(distances(planned.document).values(), key=lambda row: abs(row[0]))
        yield "rebalance", abs(over), near, {costs_of_orders(planned)}
    for kind, rows in (("debit", document["debits"]), ("idle", document["idle_currencies"])):
        for row in rows:
            yield kind, abs(Decimal(row["value"])), _ZERO, {Decimal(row["cost"])}
    yield from _losses(document, evidence)
    yield from _turning(document, evidence, planned)
    yield from _maturing(document, evidence)
    yield from _companies(document, evidence)
    yield from _moved(evidence)


def _losses(document: ReviewDocument, evidence: ReviewEvidence) -> Iterator[_Action]:
    assert evidence.planned is not None
    total, costs, near = _ZERO, [_ZERO, _ZERO], HALF_CENT
    for raw, parts in losing(evidence, document["as_of"]):
        total -= sum(parts, _ZERO)
        near += raw.quantity * OF_PRICE
        for place, size in enumerate(losing_quantities(raw)):
            count = None if size < 0 else size
            costs[place] += sale_cost(evidence.planned.account, raw, count)
    if document["losses"]:
        yield "losses", total, near, set(costs)


def _turning(
    document: ReviewDocument, evidence: ReviewEvidence, planned: RawPlan
) -> Iterator[_Action]:
    """The lots of what the plan sells that are long-term soon."""
    traded = traded_positions(planned.document, evidence)
    sides = {row["priority"]: row["action"] for row in planned.document["trades"]}
    sold = [raw for place, raw in traded.items() if sides[place] == "SELL"]
    for raw, lot, _, gain in turning_again(document["as_of"], evidence):
        if any(raw is one for one in sold):
            yield "turning", gain, HALF_CENT + lot.quantity * OF_PRICE, _FREE


def _maturing(document: ReviewDocument, evidence: ReviewEvidence) -> Iterator[_Action]:
    for claim, raw in bond_pairs(document, evidence):
        last = datetime.date.fromisoformat(document["as_of"]) + datetime.timedelta(days=92)
        if claim["maturity"] <= last.isoformat():
            yield "maturing", raw.quantity * raw.rate, HALF_CENT, _FREE


def _companies(document: ReviewDocument, evidence: ReviewEvidence) -> Iterator[_Action]:
    """What a company is over its limit, and what selling that of its largest position costs."""
    assert evidence.planned is not None
    most = Decimal(document["net_asset_value"]) * _LIMIT / 100
    for held in companies(evidence).values():
        over = sum((raw.worth for raw in held), _ZERO) - most
        if over > 0:
            top = max(raw.worth for raw in held)
            costs = {
                sale_cost(
                    evidence.planned.account,
                    raw,
                    min(over / raw.value * raw.quantity, raw.quantity),
                )
                for raw in held
                if raw.worth == top
            }
            yield "issuer", over, HALF_CENT, costs


def companies(evidence: ReviewEvidence) -> dict[str, list[RawPosition]]:
    """The long positions of each company, by the issuer's part of the CUSIP."""
    found: dict[str, list[RawPosition]] = {}
    for number, raw in enumerate(evidence.positions):
        kind = raw.row.get("subCategory", "").upper()
        cusip, isin = raw.row.get("cusip", "").upper(), raw.row.get("isin", "").upper()
        is_bond = raw.category in ("BOND", "BILL")
        if raw.quantity <= 0 or raw.value < _CENT / 2 or kind == "GOVT":
            continue
        treasury = raw.category == "BILL" or (is_bond and cusip.startswith("912"))
        if treasury or not (is_bond or (raw.category == "STK" and kind not in _FUNDS)):
            continue
        code = cusip[:6] or (isin[2:8] if isin[:2] in ("US", "CA") else f"{number}/")
        found.setdefault(code, []).append(raw)
    return found


def _moved(evidence: ReviewEvidence) -> Iterator[_Action]:
    """Of funds of one kind all but the largest, and what selling and buying that costs."""
    assert evidence.planned is not None
    account = evidence.planned.account
    for held in overlapping(evidence).values():
        own = sorted(held, key=lambda raw: -raw.worth)
        alike = [raw for raw in own if raw.worth == own[0].worth]
        costs, moved = set(), sum((raw.worth for raw in own), _ZERO) - own[0].worth
        for largest in alike:
            sold = sum((sale_cost(account, raw) for raw in own if raw is not largest), _ZERO)
            count = moved / largest.value * largest.quantity
            costs.add(cents(sold) + sale_cost(account, largest, count, buys=True))
        yield "overlap", moved, _ZERO, costs
