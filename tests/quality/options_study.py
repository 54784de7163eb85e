"""Plans under a smallest order and with the fewest orders, beside the best under the same rule."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

from bounds import Bound
from measure import Case, deviation, spread
from optimum import Task, best
from products import Product, end_of
from study import PROFILE, Limits, be_silent, case_of, floor_of

SIZE = 25
MINIMUM = 500
_TWICE = 2.0
_ORDERS_MORE = 1
_MAY_HAVE_MORE = 0.10  # of the accounts

Plan = Dict[str, Any]
Cases = Sequence[Tuple[Case, str]]


class Pair(NamedTuple):
    """What a plan under an option comes to in an account, and the best."""

    name: str
    ours: float
    best: float


def smallest_orders(
    limits: Limits, kinds: Sequence[Product], folder: str
) -> Tuple[List[str], List[Bound]]:
    """Class deviations with --min-trade; the best has the least of positions and classes."""
    cases = _cases(limits, folder)
    lines, bounds = [f"--min-trade {MINIMUM} at {SIZE} positions: class deviation %"], []
    for product in kinds:
        plans = _plans(product, cases, ["--min-trade", str(MINIMUM)], limits)
        jobs = [(case, plan, limits) for (case, _), plan in zip(cases, plans)]
        found = _mapped(_smallest, jobs, limits)
        lines += _lines(product.name, found)
        if product.name == "new":
            ratio = sum(pair.ours for pair in found) / sum(pair.best for pair in found)
            text = f"--min-trade {MINIMUM}: class deviation, times the best orders'"
            bounds.append(Bound(text, ratio, _TWICE))
    return lines, bounds


def few_orders(
    limits: Limits, kinds: Sequence[Product], folder: str
) -> Tuple[List[str], List[Bound]]:
    """Numbers of orders with --few-orders; the best has the fewest that end as near."""
    cases = _cases(limits, folder)
    lines, bounds = [f"--few-orders at {SIZE} positions: orders"], []
    for product in kinds:
        full = _plans(product, cases, [], limits)
        few = _plans(product, cases, ["--few-orders"], limits)
        jobs = [(case, *plans, limits) for (case, _), *plans in zip(cases, full, few)]
        found = _mapped(_fewest, jobs, limits)
        lines += _lines(product.name, found)
        more = [pair.name for pair in found if pair.ours > pair.best + _ORDERS_MORE]
        lines.append(f"  {len(more)} have more than one order over the fewest: {' '.join(more)}")
        if product.name == "new":
            text = f"--few-orders: accounts with more than one order over, of {len(found)}"
            bounds.append(Bound(text, len(more), _MAY_HAVE_MORE * len(found)))
    return lines, bounds


def _cases(limits: Limits, folder: str) -> Cases:
    seeds = range(limits.seed, limits.seed + limits.count)
    return [case_of(SIZE, seed, folder) for seed in seeds]


def _plans(product: Product, cases: Cases, words: List[str], limits: Limits) -> List[Plan]:
    requests = [[PROFILE, *words, "--statement", path] for _, path in cases]
    plans = product.plans(requests, limits.workers)
    refused = [
        f"{case.name}: {row['refused']}" for (case, _), row in zip(cases, plans) if "refused" in row
    ]
    if refused:
        raise SystemExit(f"{product.name} {' '.join(words)} refuses {refused[0]}")
    return plans


def _mapped(make: Any, jobs: Sequence[Any], limits: Limits) -> List[Pair]:
    with ProcessPoolExecutor(limits.workers, initializer=be_silent) as pool:
        return [pair for pair in pool.map(make, jobs) if pair is not None]


def _smallest(job: Tuple[Case, Plan, Limits]) -> Pair | None:
    case, plan, limits = job
    end = end_of(plan)
    task = Task(floor_of(case, {"": end}), MINIMUM, seconds=limits.seconds, gap=limits.gap)
    found = best(case, task)
    if not found.solved:
        return None
    ours, least = (deviation(case, one).asset_class for one in (end, found.end))
    return Pair(case.name, ours, least)


def _fewest(job: Tuple[Case, Plan, Plan, Limits]) -> Pair | None:
    case, full, few, limits = job
    floor = floor_of(case, {"full": end_of(full), "few": end_of(few)})
    found = best(case, Task(floor, ends=full["ends"], seconds=limits.seconds, gap=limits.gap))
    return Pair(case.name, len(few["moved"]), found.end.orders) if found.solved else None


def _lines(name: str, found: Sequence[Pair]) -> List[str]:
    """The spread of ours and of the best, and where they are furthest apart."""
    lines = []
    for label, figures in (
        (name, [pair.ours for pair in found]),
        ("best", [pair.best for pair in found]),
    ):
        one = spread(figures)
        lines.append(
            f"  {label:<6}{len(found):>4} accounts: mean {one.mean:.4f}, median {one.median:.4f}, "
            f"p95 {one.p95:.4f}, worst {one.worst:.4f}"
        )
    furthest = max(found, key=lambda pair: pair.ours - pair.best)
    lines.append(
        f"  furthest at {furthest.name}: {furthest.ours:.4f} where the best is {furthest.best:.4f}"
    )
    return lines
