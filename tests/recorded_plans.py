"""What random accounts are told to trade, recorded, so that no change of it goes unseen.

The checks of a plan say that it is right, and many plans would be. These files say which of them it
is, for accounts with every option, own targets, policies and households; and how often a sentence
was said of them all, with # for its figures.

Usage: python tests/recorded_plans.py [--write]
Without --write it names the files that are stale; with it they are written anew. A difference is a
change of what users are told to trade: read it before committing it.
Exit codes: 0 all current or written, 1 something is stale.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections import Counter
from itertools import combinations
from random import Random
from typing import Any, Callable, Dict, Iterator, List, NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, os.pardir, "scripts"), HERE]
sys.path[2:2] = [os.path.join(HERE, "unit"), os.path.join(HERE, "bugs")]

import random_households  # noqa: E402
import random_targets  # noqa: E402
from bug_accounts import ordinary_rows  # noqa: E402
from expected_plans import current_text  # noqa: E402
from portfolios import PROFILES, Rows, day_of, random_rows, request_for  # noqa: E402
from random_markets import add_markets  # noqa: E402
from random_options import all_options, draw_options  # noqa: E402
from random_policies import draw_policy  # noqa: E402

from ib_portfolio.checked_plan import checked_document, statement_account  # noqa: E402
from ib_portfolio.core.messages import Refusal  # noqa: E402
from ib_portfolio.core.numbers import use_exact_decimals  # noqa: E402
from ib_portfolio.household import checked_household, planned_accounts  # noqa: E402
from ib_portfolio.request.policy.policy_options import with_policy  # noqa: E402
from ib_portfolio.request.request import Request, parse_words  # noqa: E402

FOLDER = os.path.join(HERE, "fixtures", "recorded_plans")
TODAY = "2026-11-20"
Document = Dict[str, Any]


class Kind(NamedTuple):
    """How the plans of a kind are made from a seed, and of how many seeds."""

    make: Callable[[int], List[Document]]
    count: int


def _planned(rows: Rows, request: Request) -> List[Document]:
    return [checked_document(*statement_account(day_of(rows), request), request, TODAY)]


def _profile(seed: int) -> str:
    return PROFILES[seed % len(PROFILES)]


def plain(seed: int) -> List[Document]:
    """An account of anything at all, no options but what its markets ask for."""
    random = Random(f"plain {seed}")
    rows = random_rows(random)
    return _planned(rows, request_for(_profile(seed), options=add_markets(random, rows)))


def with_options(seed: int) -> List[Document]:
    """An account of anything at all with random options."""
    random = Random(f"options {seed}")
    rows = random_rows(random)
    options = {**add_markets(random, rows), **draw_options(random, rows)}
    return _planned(rows, request_for(_profile(seed), options=options))


def with_one_option(seed: int) -> List[Document]:
    """An ordinary account with lots, markets and currencies; each option in its turn."""
    random = Random(f"option {seed}")
    rows = ordinary_rows(random)
    drawn = all_options(random, rows)
    name = sorted(drawn)[seed % len(drawn)]
    options = {name: drawn[name], "explain": ""}
    return _planned(rows, request_for(random.choice(PROFILES), options=options))


def with_two_options(seed: int) -> List[Document]:
    """An ordinary account; each pair of options in its turn."""
    random = Random(f"two options {seed}")
    rows = ordinary_rows(random)
    drawn = all_options(random, rows)
    pairs = [pair for pair in combinations(sorted(drawn), 2) if pair != ("contribute", "withdraw")]
    options = {name: drawn[name] for name in pairs[seed % len(pairs)]}
    return _planned(rows, request_for(random.choice(PROFILES), options=options))


def by_policy(seed: int) -> List[Document]:
    """An account of anything at all by a random policy file."""
    random = Random(f"policy {seed}")
    rows = random_rows(random, 6)
    text = draw_policy(random, rows)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "policy.ini")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        profile = [] if "[target]" in text else ["growth"]
        words = [*profile, "--policy", path, "--statement", "statement.xml"]
        return _planned(rows, with_policy(parse_words(words)))


def to_own_target(seed: int) -> List[Document]:
    """An account with weights of the user's own, in words, and prices of what it does not hold."""
    return [random_targets.plan_of(random_targets.draw(seed))]


def of_household(seed: int) -> List[Document]:
    """Two to six accounts under one target."""
    accounts = random_households.household_of(random_households.drawn(seed))
    return checked_household(planned_accounts(accounts, TODAY), accounts)["accounts"]


KINDS = {
    "plain": Kind(plain, 60),
    "with_options": Kind(with_options, 80),
    "with_one_option": Kind(with_one_option, 104),
    "with_two_options": Kind(with_two_options, 77),
    "by_policy": Kind(by_policy, 40),
    "to_own_target": Kind(to_own_target, 60),
    "of_household": Kind(of_household, 30),
}


def told(document: Document) -> str:
    """The trades, those left for later, the exchanges and the cash after them, on one line."""
    trades = [
        f"{row['action']} {row['quantity']} {row['symbol']} for {row['amount']}"
        for row in document["trades"]
    ]
    trades += [f"later {row['symbol']} for {row['amount']}" for row in document.get("left", ())]
    exchanges = document.get("exchanges", ())
    trades += [f"{row['action']} {row['amount']} {row['pair']}" for row in exchanges]
    return "; ".join([*trades, f"cash {document['summary']['cash_after']}"])


def sentences(part: Any) -> Iterator[str]:
    """What of a document is a sentence, with # for every figure; its checks left out."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from () if name == "checks" else sentences(value)
    elif isinstance(part, list):
        for value in part:
            yield from sentences(value)
    elif isinstance(part, str) and part.count(" ") > 2:
        yield re.sub(r"[\d.,]*\d", "#", part)


def recorded(name: str) -> List[str]:
    """A line for each document of a kind, or its refusal's key; then each sentence, how often."""
    found: List[str] = []
    said: Counter = Counter()
    for seed in range(KINDS[name].count):
        try:
            documents = KINDS[name].make(seed)
        except Refusal as refusal:
            found.append(f"{seed}: {refusal.key}")
            continue
        found += [f"{seed}: {told(document)}" for document in documents]
        said.update(sentences(documents))
    return [*found, "", *(f"{said[one]} {one}" for one in sorted(said))]


def path_of(name: str) -> str:
    """The file of a kind."""
    return os.path.join(FOLDER, f"{name}.txt")


def main(words: List[str]) -> int:
    """The exit code, after writing or comparing every file."""
    stale = 0
    for name in KINDS:
        text = "".join(f"{line}\n" for line in recorded(name))
        if words == ["--write"]:
            with open(path_of(name), "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
        elif current_text(path_of(name)) != text:
            print(f"{os.path.relpath(path_of(name))} is stale", file=sys.stderr)
            stale = 1
    return stale


if __name__ == "__main__":
    use_exact_decimals()
    sys.exit(main(sys.argv[1:]))
