"""One size of account: the plans, the best orders and the peers, each measured on every account."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

from accounts import Account, drawn, statement_of
from measure import CASH, Case, End, Row, broken_rules, deviation
from optimum import Task, best
from outcomes import KINDS, Outcome
from peers import peer_end
from products import Product, end_of

PROFILE = "growth"
PERCENT = {"STK": 75.0, "BOND": 15.0, CASH: 10.0}


class Limits(NamedTuple):
    """How much is asked for."""

    count: int  # of accounts
    seed: int  # of the first
    solved: int  # the first so many are solved for their best orders
    seconds: float  # the solver's for one account
    gap: float  # what it need not prove
    workers: int


def case_of(size: int, seed: int, folder: str) -> Tuple[Case, str]:
    """An account as what is measured, and the path of its statement."""
    account = drawn(size, seed)
    path = os.path.join(folder, f"{size}-{seed}.xml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(statement_of(account))
    return measured(account), path


def measured(account: Account) -> Case:
    """An account as what is measured."""
    rows = [
        Row(held.symbol, held.asset_class, held.quantity, float(held.price))
        for held in account.positions
    ]
    return Case(account.name, rows, float(account.cash), PERCENT)


def studied(size: int, limits: Limits, kinds: Sequence[Product], folder: str) -> List[Outcome]:
    """Every account of one size."""
    seeds = range(limits.seed, limits.seed + limits.count)
    cases = [case_of(size, seed, folder) for seed in seeds]
    requests = [[PROFILE, "--statement", path] for _, path in cases]
    plans = {product.name: product.plans(requests, limits.workers) for product in kinds}
    jobs = [
        (case, {name: rows[at] for name, rows in plans.items()}, limits, at < limits.solved)
        for at, (case, _) in enumerate(cases)
    ]
    with ProcessPoolExecutor(limits.workers, initializer=be_silent) as pool:
        return list(pool.map(_outcome, jobs))


def be_silent() -> None:
    """Lets no solver print: their banners come from libraries that do not ask Python."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _outcome(job: Tuple[Case, Dict[str, Dict[str, Any]], Limits, bool]) -> Outcome:
    case, answers, limits, solve = job
    refused = {name: row["refused"] for name, row in answers.items() if "refused" in row}
    planned = {name: row for name, row in answers.items() if name not in refused}
    ends = {name: end_of(row) for name, row in planned.items()}
    found = None
    if solve:
        floor = floor_of(case, ends)
        found = best(case, Task(floor, seconds=limits.seconds, gap=limits.gap))
        if found.solved:
            broken = broken_rules(case, found.end, floor)
            assert not broken, f"{case.name}: the solver's orders are none: {broken}"
            ends["optimum"] = found.end
    for kind in KINDS:
        end = peer_end(case, kind)
        if end is not None:
            ends[kind] = end
    off = {name: deviation(case, end) for name, end in ends.items()}
    seconds = {name: row["seconds"] for name, row in planned.items()}
    return Outcome(case, ends, off, found, refused, seconds)


def floor_of(case: Case, ends: Dict[str, End]) -> float:
    """The cash that orders have to leave: its target, or what plans leave that cannot reach it."""
    return min([case.class_targets[CASH], *(end.cash for end in ends.values())])
