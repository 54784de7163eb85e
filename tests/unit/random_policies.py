"""Random policy files: any of the sections, on rows that are drawn already."""

from __future__ import annotations

from random import Random
from typing import List

from portfolios import Rows

from ib_portfolio.core.plain_text import plain

KINDS = ("STK", "BOND", "CASH", "none", "60/40")
BANDS = ("5", "3", "5/25", "8/20", "1/50")
# What a random target may rightly be refused for: names of options, and of two kinds of holdings.
POLICY_REFUSALS = ("target_untradable", "target_twice", "policy_mistake")


def draw_policy(random: Random, rows: Rows) -> str:
    """The text of a policy file; amounts are in base currency."""
    held = sorted({plain(row["symbol"]) for row in rows["OpenPosition"]})
    held = [name for name in held if name.isascii() and name.replace(" ", "").isalnum()]
    text = ["# Drawn at random."]
    target: List[str] = []
    if random.random() < 0.5:
        target = random.sample(held, random.randint(0, min(len(held), 3)))
        target += random.sample(["STK", "BOND", "CASH"], random.randint(1, 3))
        text += ["[target]", *_percents(random, target)]
    if random.random() < 0.4:
        text += ["[bands]", f"default = {random.choice(BANDS)}"]
        text += [f"to = {random.choice(('target', 'edge', 'half'))}"] * (random.random() < 0.7)
        own = random.sample(["STK", "BOND", "CASH"], random.choice((0, 0, 1, 2)))
        text += [f"{name} = {random.choice(BANDS)}" for name in own]
    if random.random() < 0.3 and held:
        own = random.sample(held, random.randint(1, min(len(held), 2)))
        text += ["[classes]", *(f"{name} = {random.choice(KINDS)}" for name in own)]
    if random.random() < 0.4 and held:
        text += ["[never trade]", *random.sample(held, random.randint(1, min(len(held), 2)))]
    limits = {
        "min-trade": random.choice(("1", "500", "20,000")),
        "max-turnover": random.choice(("1", "10", "40 %")),
        "reserve": random.choice(("none", "1k", "30000")),
    }
    for name in random.sample(sorted(limits), random.choice((0, 0, 1, 2, 3))):
        text += ["[limits]"] * ("[limits]" not in text) + [f"{name} = {limits[name]}"]
    return "\n".join([*text, ""])


def _percents(random: Random, names: List[str]) -> List[str]:
    """A percent for each name; they sum to 100, and at times to less where cash is not named."""
    cuts = sorted(random.randint(0, 100) for _ in names[1:])
    edges = [0, *cuts, 100]
    parts = [high - low for low, high in zip(edges, edges[1:])]
    if "CASH" not in names and random.random() < 0.5:
        parts = [part // 2 for part in parts]
    return [f"{name} = {part}" for name, part in zip(names, parts)]
