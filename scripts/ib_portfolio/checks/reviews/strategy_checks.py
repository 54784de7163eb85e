"""The self-check of a strategy: its orders by lot, horizons and thresholds derived again."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from ...core.plain_text import plain
from .review_evidence import RawLot, RawPosition, ReviewEvidence, Rows, review_evidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import CheckResult
    from ...core.reviews.review_document import ReviewDocument
    from ...core.reviews.strategy_document import StrategyDocument


Problems = Iterator[str]
_ZERO, _CENT = Decimal(0), Decimal("0.01")
_YEARS = {"short": 3, "medium": 10}


class _Strategy:
    """What every check gets."""

    def __init__(
        self, document: StrategyDocument, review: ReviewDocument, evidence: ReviewEvidence
    ) -> None:
        self.document, self.review, self.evidence = document, review, evidence


def check_strategy(
    document: StrategyDocument, review: ReviewDocument, rows: Rows, slashed: Iterable[str] = ()
) -> list[CheckResult]:
    """The result of each check of `document`, against the raw rows and the checked review."""
    evidence = review_evidence(rows, document["base_currency"], slashed)
    case = _Strategy(document, review, evidence)
    results: list[CheckResult] = []
    for name, check in CHECKS:
        problems = list(check(case))
        results.append({"name": name, "passed": not problems, "detail": "; ".join(problems[:3])})
    return results


def orders(case: _Strategy) -> Problems:
    """The orders are those of the plan; a sale's gains are those of its lots, dearest first."""
    trades = case.document["plan"]["trades"]
    fields = ("priority", "action", "symbol", "quantity", "amount", "commission")
    claimed = [[row[name] for name in fields] for row in case.document["orders"]]
    if claimed != [[row[name] for name in fields] for row in trades]:
        yield "the orders are not those of the plan"
    found = _positions_of(case)
    for order, trade in zip(case.document["orders"], trades):
        raw = found.get(trade["priority"])
        told = order["short"] is not None
        taxed = order["action"] == "SELL" and not case.evidence.retired
        lots = dearest_first(raw) if raw and taxed else []
        if told != bool(lots):
            yield f"{order['symbol']}: its lots are {'not ' if lots else ''}told"
        elif told and raw:
            yield from _gains(case, order, raw, lots)


def _positions_of(case: _Strategy) -> dict[int, RawPosition]:
    """The raw position of each trade, by its priority: of several alike the one of its price."""
    left = [raw for raw in case.evidence.positions if raw.quantity]
    found = {}
    for trade in case.document["plan"]["trades"]:
        key = (trade["conid"], trade["symbol"], trade["currency"])
        own = [raw for raw in left if _contract(raw) == key]
        if own:
            price = Decimal(trade["price"])
            nearest = min(own, key=lambda raw: abs(raw.value / raw.quantity - price))
            left.remove(nearest)
            found[trade["priority"]] = nearest
    return found


def _contract(raw: RawPosition) -> tuple[str, str, str]:
    return plain(raw.row.get("conid", "")), plain(raw.symbol), plain(raw.row.get("currency", ""))


def dearest_first(raw: RawPosition) -> list[RawLot]:
    """The lots, the dearest first, of equal ones the oldest; none where they are not clear."""
    whole = sum((lot.quantity for lot in raw.lots), _ZERO) == raw.quantity
    if not whole or any(
        lot.quantity <= 0 or lot.cost is None or not lot.opened for lot in raw.lots
    ):
        return []
    return sorted(raw.lots, key=lambda lot: (-_unit(lot), lot.opened))


def _unit(lot: RawLot) -> Decimal:
    return (lot.cost or _ZERO) / lot.quantity


def _gains(case: _Strategy, order, raw: RawPosition, lots: list[RawLot]) -> Problems:
    left, price = Decimal(order["quantity"]), raw.value / raw.quantity
    sums = {"short": _ZERO, "long": _ZERO}
    for lot in lots:
        part = min(left, lot.quantity)
        left -= part
        if part:
            term = "long" if _is_long(lot.held_since, case.document["as_of"]) else "short"
            sums[term] += part * (price - _unit(lot))
    for term, found in sums.items():
        if abs(Decimal(order[term]) - found) > _CENT:
            yield f"{order['symbol']}: {term} {order[term]}, not {found:.2f}"


def _is_long(held_since: str, day: str) -> bool:
    """Whether more than a year lies between: the next day's date has come round again."""
    first = datetime.date.fromisoformat(held_since) + datetime.timedelta(days=1)
    last = datetime.date.fromisoformat(day)
    return (last.year - 1, last.month, last.day) >= (first.year, first.month, first.day)


def horizons(case: _Strategy) -> Problems:
    """Each horizon ends when it says, and counts the bonds that mature after it."""
    for row in case.document["horizons"]:
        years = _YEARS.get(row["horizon"])
        until = years_later(case.document["as_of"], years) if years else ""
        bonds = case.review["bonds"]["rows"]
        later = [bond for bond in bonds if until and bond["maturity"] > until]
        value = sum((Decimal(bond["value"]) for bond in later), _ZERO)
        higher = sum((Decimal(bond["higher"]) for bond in later), _ZERO)
        if (row["until"], row["bonds"]) != (until, len(later)):
            yield f"{row['horizon']}: {row['bonds']} bonds after {row['until']}"
        for field, found in (("value", value), ("higher", higher)):
            if abs(Decimal(row[field]) - found) > _CENT * (len(later) + 1):
                yield f"{row['horizon']}: {field} {row[field]}, not {found}"


def years_later(day: str, years: int) -> str:
    """The same day so many years later, of 29 February the 28th; "" for ""."""
    if not day:
        return ""
    rest = "-02-28" if day.endswith("-02-29") else day[4:]
    return f"{int(day[:4]) + years}{rest}"


def thresholds(case: _Strategy) -> Problems:
    """An order is due five points from the target, or a quarter of it where that is less."""
    plan = {row["asset_class"]: row for row in case.document["plan"]["classes"]}
    for row in case.document["watch"]:
        target = Decimal(plan[row["asset_class"]]["target_pct"])
        width = target / 4 if target < 20 else Decimal(5)
        edges = (Decimal(row["low_pct"]), Decimal(row["high_pct"]))
        if edges != (target - width, target + width):
            yield f"{row['asset_class']}: {edges} around {target}"


def before_and_after(case: _Strategy) -> Problems:
    """The classes are the plan's, the cash is what it ends with, the largest share is held."""
    plan = case.document["plan"]
    claims = {row["name"]: row for row in case.document["before_after"]}
    for row in plan["classes"]:
        claim = claims[row["asset_class"]]
        if (claim["before"], claim["after"]) != (row["current_pct"], row["after_pct"]):
            yield f"{row['asset_class']} is not the plan's"
    if claims["cash"]["after"] != plan["summary"]["cash_after"]:
        yield "the cash is not the plan's"
    of_trade = _positions_of(case)
    orders = {id(of_trade[row["priority"]]): row for row in plan["trades"]}
    now, then = [_ZERO], [_ZERO]
    for raw in case.evidence.positions:
        trade = orders.get(id(raw))
        amount = Decimal(trade["amount"]) if trade else _ZERO
        now.append(raw.value)
        then.append(raw.value + (amount if trade and trade["action"] == "BUY" else -amount))
    whole = Decimal(plan["net_asset_value"])
    paid = Decimal(plan["summary"]["total_commission"])
    for side, found, total in (("before", now, whole), ("after", then, whole - paid)):
        share = max(found) / total * 100 if total else _ZERO
        step = Decimal("0.001") + 2 * _CENT / (abs(total) or 1) * 100  # values are of whole cents
        if abs(Decimal(claims["largest"][side] or 0) - share) > step:
            yield f"largest {side}: {claims['largest'][side]}, not {share:.4f}"


def days(case: _Strategy) -> Problems:
    """Every bond and every loss has its one place in the stages, on its own day."""
    steps = [(stage["stage"], step) for stage in case.document["stages"] for step in stage["steps"]]
    bonds = sorted(
        (step["day"], "quarter" if stage == "quarter" else "later")
        for stage, step in steps
        if step["kind"] in ("maturing", "beyond")
    )
    last = datetime.date.fromisoformat(case.document["as_of"]) if case.document["as_of"] else None
    edge = (last + datetime.timedelta(days=92)).isoformat() if last else ""
    found = sorted(
        (row["maturity"], "quarter" if row["maturity"] <= edge else "later")
        for row in case.review["bonds"]["rows"]
    )
    if bonds != found:
        yield f"the bonds mature on {[day for day, _ in found]}"
    losses = [(step["day"], step["figure"]) for _, step in steps if step["kind"] == "loss"]
    if losses != [(row["free_from"], row["total"]) for row in case.review["losses"]]:
        yield "the losses are not those of the review"


CHECKS: tuple[tuple[str, Callable[[_Strategy], Problems]], ...] = (
    ("orders by lot", orders),
    ("horizons", horizons),
    ("thresholds", thresholds),
    ("before and after", before_and_after),
    ("stages", days),
)
