"""The self-check of a strategy: its orders by lot, horizons and thresholds derived again."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from .review_evidence import Rows, review_evidence
from .strategies.strategy_case import Strategy, near_of
from .strategies.strategy_step_checks import wrong_steps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import CheckResult, Summary
    from ...core.reviews.review_document import ReviewDocument
    from ...core.reviews.strategy_document import StrategyDocument


Problems = Iterator[str]
_ZERO = Decimal(0)
_DIGIT = Decimal("0.000050001")  # half of the fourth decimal
_YEARS = {"short": 3, "medium": 10}


def check_strategy(
    document: StrategyDocument,
    review: ReviewDocument,
    rows: Rows,
    slashed: Iterable[str] = (),
) -> list[CheckResult]:
    """The result of each check of `document`, against the raw rows and the checked review."""
    evidence = review_evidence(rows, document["base_currency"], slashed)
    case = Strategy(document, review, evidence)
    results: list[CheckResult] = []
    for name, check in CHECKS:
        problems = list(check(case))
        results.append({"name": name, "passed": not problems, "detail": "; ".join(problems[:3])})
    return results


def orders(case: Strategy) -> Problems:
    """The orders are those of the plan; a sale's gains are those of its lots, dearest first."""
    trades = case.document["plan"]["trades"]
    fields = ("priority", "action", "symbol", "quantity", "amount", "commission")
    claimed = [[row[name] for name in fields] for row in case.document["orders"]]
    if claimed != [[row[name] for name in fields] for row in trades]:
        yield "the orders are not those of the plan"
    if case.document["trades"] != len(trades):
        yield f"the plan has {len(trades)} orders"
    for order, trade in zip(case.document["orders"], trades):
        own = case.sales.get(trade["priority"])
        if (order["short"] is not None) != bool(own):
            yield f"{order['symbol']}: its lots are {'' if own else 'not '}told"
        elif own:
            for term, found in (("short", own.short), ("long", own.long)):
                if abs(Decimal(order[term]) - found) > own.near:
                    yield f"{order['symbol']}: {term} {order[term]}, not {found:.3f}"
            if order["long_from"] != own.long_from:
                yield f"{order['symbol']} is long-term from {own.long_from}"


def horizons(case: Strategy) -> Problems:
    """Each horizon ends when it says, and counts the bonds that mature after it."""
    for row in case.document["horizons"]:
        years = _YEARS.get(row["horizon"])
        until = years_later(case.document["as_of"], years) if years else ""
        later = [own for own in case.bonds if until and own.claim["maturity"] > until]
        value = sum((own.raw.worth for own in later), _ZERO)
        higher = sum((own.higher for own in later), _ZERO)
        if (row["until"], row["bonds"]) != (until, len(later)):
            yield f"{row['horizon']}: {row['bonds']} bonds after {row['until']}"
        if Decimal(row["value"]) != value:
            yield f"{row['horizon']}: value {row['value']}, not {value}"
        if abs(Decimal(row["higher"]) - higher) > near_of(later):
            yield f"{row['horizon']}: higher {row['higher']}, not {higher:.3f}"


def years_later(day: str, years: int) -> str:
    """The same day so many years later, of 29 February the 28th; "" for ""."""
    if not day:
        return ""
    rest = "-02-28" if day.endswith("-02-29") else day[4:]
    return f"{int(day[:4]) + years}{rest}"


def thresholds(case: Strategy) -> Problems:
    """An order is due five points from the target, or a quarter of it where that is less."""
    plan = {row["asset_class"]: row for row in case.document["plan"]["classes"]}
    for row in case.document["watch"]:
        target = Decimal(plan[row["asset_class"]]["target_pct"])
        if row["now_pct"] != plan[row["asset_class"]]["current_pct"]:
            yield f"{row['asset_class']} is not at {row['now_pct']}%"
        width = target / 4 if target < 20 else Decimal(5)
        edges = (Decimal(row["low_pct"]), Decimal(row["high_pct"]))
        if edges != (target - width, target + width):
            yield f"{row['asset_class']}: {edges} around {target}"


def before_and_after(case: Strategy) -> Problems:
    """The classes are the plan's, the cash is what it ends with, the largest share is held."""
    plan = case.document["plan"]
    claims = {row["name"]: row for row in case.document["before_after"]}
    for row in plan["classes"]:
        claim = claims[row["asset_class"]]
        if (claim["before"], claim["after"]) != (row["current_pct"], row["after_pct"]):
            yield f"{row['asset_class']} is not the plan's"
    if claims["cash"]["after"] != plan["summary"]["cash_after"]:
        yield "the cash is not the plan's"
    cash = _cash_before(plan["summary"])
    if Decimal(claims["cash"]["before"] or 0) != cash:
        yield f"the cash is {cash}, not {claims['cash']['before']}"
    changes = {}
    for trade in plan["trades"]:
        raw, sign = case.traded.get(trade["priority"]), 1 if trade["action"] == "BUY" else -1
        if raw is not None:
            amounts = (sign * Decimal(trade["amount"]), sign * Decimal(trade["quantity"]))
            changes[id(raw)] = amounts
    yield from _beyond(case, claims, changes)
    now, then = [_ZERO], [_ZERO]
    for raw in case.evidence.positions:
        now.append(raw.worth)
        then.append(raw.worth + changes.get(id(raw), (_ZERO, _ZERO))[0])
    whole = Decimal(plan["net_asset_value"])
    paid = Decimal(plan["summary"]["total_commission"])
    for side, found, total in (("before", now, whole), ("after", then, whole - paid)):
        share = max(found) / total * 100 if total else _ZERO
        if abs(Decimal(claims["largest"][side] or 0) - share) > _DIGIT:
            yield f"largest {side}: {claims['largest'][side]}, not {share:.5f}"


def _cash_before(summary: Summary) -> Decimal:
    """The cash from which the orders of a checked plan lead to what it ends with."""
    told = {name: Decimal(text) for name, text in summary.items()}
    costs = told["total_commission"] + told["taxes"] + told["exchange_cost"]
    moved = told["net_cash_movement"] + told["accrued_interest"] - costs
    return told["cash_after"] - moved


def _beyond(
    case: Strategy, claims: dict[str, dict], changes: dict[int, tuple[Decimal, Decimal]]
) -> Problems:
    """The bonds that mature after the horizon, before the orders and as far as they are kept."""
    until = case.document["until"]
    if not until:
        return
    later = [own for own in case.bonds if own.claim["maturity"] > until]
    kept = [1 + changes.get(id(own.raw), (_ZERO, _ZERO))[1] / own.raw.quantity for own in later]
    # What is bought of a bond multiplies what its own figure is off.
    near = near_of(later) * max([Decimal(1), *map(abs, kept)])
    for name, sizes in (
        ("beyond", [own.raw.worth for own in later]),
        ("beyond_higher", [own.higher for own in later]),
    ):
        before = sum(sizes, _ZERO)
        after = sum((size * part for size, part in zip(sizes, kept)), _ZERO)
        for side, found in (("before", before), ("after", after)):
            if abs(Decimal(claims[name][side] or 0) - found) > near:
                yield f"{name} {side}: {claims[name][side]}, not {found:.3f}"


def of_the_review(case: Strategy) -> Problems:
    """The losses and the net asset value are those of the checked review."""
    for name in ("losses", "net_asset_value"):
        if case.document[name] != case.review[name]:
            yield f"{name} are not the review's"
    if case.document["plan"]["net_asset_value"] != case.review["net_asset_value"]:
        yield "the net asset value is not the plan's"


def days(case: Strategy) -> Problems:
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
    yield from wrong_steps(case)


CHECKS: tuple[tuple[str, Callable[[Strategy], Problems]], ...] = (
    ("orders by lot", orders),
    ("horizons", horizons),
    ("thresholds", thresholds),
    ("before and after", before_and_after),
    ("stages", days),
    ("parts of the review", of_the_review),
)
