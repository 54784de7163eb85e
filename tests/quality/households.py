"""Random households under one target: their plans beside the best orders of all accounts."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from random import Random
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

from accounts import Account, drawn, statement_of
from bounds import Bound
from joint_measure import Household, joint_deviation, joint_targets
from joint_optimum import joint_best
from measure import CASH, Deviation, over_best, spread
from products import Product, end_of
from study import PROFILE, Limits, be_silent, measured

_INSIDE = "<FlexStatements", "</FlexStatements>"


class Joint(NamedTuple):
    """What came of a household: how far each column ends, by name."""

    name: str
    off: Dict[str, Deviation]
    refused: Dict[str, str]


def drawn_household(seed: int) -> List[Account]:
    """The accounts of `seed`: two to four, of two to eight positions, some of one class only.

    The first has both classes, so that there is a way to the target.
    """
    random = Random(f"household/{seed}")
    found = []
    for place in range(random.choice((2, 2, 3, 4))):
        account = drawn(random.randint(2, 8), random.randint(1, 10**6))
        kept = random.choice((None, None, None, "STK", "STK", "BOND")) if place else None
        positions = [
            held._replace(symbol=f"A{place}{held.symbol}")
            for held in account.positions
            if kept in (None, held.asset_class)
        ]
        found.append(Account(f"household/{seed}", tuple(positions), account.cash))
    return found


def household_statement(accounts: Sequence[Account]) -> str:
    """One Flex file with the statement of each account."""
    inside = ""
    for place, account in enumerate(accounts):
        text = statement_of(account, f"U{place}000001", 1000 * (place + 1))
        inside += text.split(_INSIDE[0])[1].split(">", 1)[1].split(_INSIDE[1])[0]
    return f"<FlexQueryResponse><FlexStatements>{inside}</FlexStatements></FlexQueryResponse>"


def households(
    limits: Limits, kinds: Sequence[Product], folder: str
) -> Tuple[List[str], List[Bound]]:
    """The table of the households, and that every one has a plan."""
    seeds = range(limits.seed, limits.seed + limits.count)
    cases, requests = [], []
    for seed in seeds:
        accounts = drawn_household(seed)
        path = os.path.join(folder, f"household-{seed}.xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(household_statement(accounts))
        cases.append([measured(account) for account in accounts])
        requests.append([PROFILE, "--statement", path, "--account", "all"])
    plans = {product.name: product.plans(requests, limits.workers) for product in kinds}
    jobs = [
        (case, {name: rows[at] for name, rows in plans.items()}, limits)
        for at, case in enumerate(cases)
    ]
    with ProcessPoolExecutor(limits.workers, initializer=be_silent) as pool:
        found = list(pool.map(_outcome, jobs))
    refused = [row for row in found if "new" in row.refused]
    return _table(found), [Bound("Households refused", len(refused), 0)]


def _outcome(job: Tuple[Household, Dict[str, Dict[str, Any]], Limits]) -> Joint:
    household, answers, limits = job
    refused = {name: row["refused"] for name, row in answers.items() if "refused" in row}
    ends = {
        name: [end_of(one) for one in row["accounts"]]
        for name, row in answers.items()
        if name not in refused
    }
    off = {name: joint_deviation(household, rows) for name, rows in ends.items()}
    owed = [min([0.0, *(rows[at].cash for rows in ends.values())]) for at in range(len(household))]
    have = [sum(end.cash for end in rows) for rows in ends.values()]
    least = min([joint_targets(household)[CASH], *have])
    best = joint_best(household, owed, least, limits.seconds)
    if best.solved:
        off["optimum"] = joint_deviation(household, best.ends)
    return Joint(household[0].name, off, refused)


def _table(found: Sequence[Joint]) -> List[str]:
    lines = [
        f"Households, {len(found)}: {found[0].name} to {found[-1].name}; mean, median, p95, worst",
        f"{'':<9}{'of':>5}{'position deviation %':>36}{'class deviation %':>36}{'both':>9}",
    ]
    solved = [row for row in found if "optimum" in row.off]
    for name in ("today", "new", "optimum"):
        rows = [row for row in solved if name in row.off]
        if not rows:
            continue
        figures = "".join(
            "".join(f"{one:>9.4f}" for one in spread([row.off[name][at] for row in rows]))
            for at in (0, 1)
        )
        lines.append(f"{name:<9}{len(rows):>5}{figures}{_over(rows, name)}")
    return (
        lines
        + [
            f"The solver found no orders for {row.name}"
            for row in found
            if "optimum" not in row.off
        ]
        + [
            f"REFUSED {row.name} {name}: {why}"
            for row in found
            for name, why in row.refused.items()
        ]
    )


def _over(rows: Sequence[Joint], name: str) -> str:
    """The mean of both deviations, and by how much they are over the best."""
    both = [row.off[name].both for row in rows]
    mean = f"{sum(both) / len(both):>9.4f}"
    if name == "optimum":
        return mean
    best = [row.off["optimum"].both for row in rows]
    more = spread([one - least for one, least in zip(both, best)])
    furthest = max(rows, key=lambda row: row.off[name].both - row.off["optimum"].both)
    return (
        f"{mean}  over the best: {over_best(both, best):.1f}% of the mean; points mean "
        f"{more.mean:.4f}, median {more.median:.4f}, p95 {more.p95:.4f}, most at {furthest.name}"
    )
