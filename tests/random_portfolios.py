"""Plans random portfolios and checks every plan: nothing may fail, crash or be refused wrongly.

Each is planned as it is, then with random options, by a random policy file, and as two servers
answer of it: ib-sec-mcp and IBKR's own connector. Of accounts with ordinary prices both have to
lead to the orders of a statement that tells no more. Each situation of tests/fixtures/situations is
planned with random options, too; households with random options are in random_households.py, own
targets in random_targets.py. No plan without options may be worse than doing nothing.

With --best, plans of a few positions are compared with the best whole units around them: those of
ordinary accounts, and those of any size and price, where the dearest unit may come on top.

Usage: python tests/random_portfolios.py [--count 20000] [--seed 1] [--best]
Exit codes: 0 every plan passed every check, 1 otherwise; prints the seeds of the failures.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from decimal import Decimal
from itertools import zip_longest
from random import Random
from typing import Any, Callable, Collection, Iterator, Optional, Tuple

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDERS = ("unit", "bugs")
sys.path[:0] = [os.path.join(HERE, os.pardir, "scripts")]
sys.path[1:1] = [os.path.join(HERE, folder) for folder in FOLDERS]

from best_plans import (  # noqa: E402
    MOST_FURTHER_OFF,
    MOST_POSITIONS,
    Beside,
    beside_the_best,
    worse_than_nothing,
)
from bug_accounts import ordinary_rows  # noqa: E402
from portfolios import (  # noqa: E402
    PROFILES,
    RIGHT_REFUSALS,
    Rows,
    day_of,
    random_rows,
    request_for,
)
from random_markets import add_markets  # noqa: E402
from random_options import draw_options  # noqa: E402
from random_policies import POLICY_REFUSALS, draw_policy  # noqa: E402
from random_sources import (  # noqa: E402
    connector_answers,
    server_answers,
    told_by_connector,
    told_by_server,
)

from ib_portfolio.checked_plan import (  # noqa: E402
    checked_document,
    checked_plan,
    statement_account,
)
from ib_portfolio.checks.connector_evidence import connector_evidence  # noqa: E402
from ib_portfolio.checks.evidence import statement_evidence  # noqa: E402
from ib_portfolio.checks.server_evidence import server_evidence  # noqa: E402
from ib_portfolio.core.messages import Refusal  # noqa: E402
from ib_portfolio.core.numbers import use_exact_decimals  # noqa: E402
from ib_portfolio.request.policy.policy_options import with_policy  # noqa: E402
from ib_portfolio.request.request import Request, parse_words  # noqa: E402
from ib_portfolio.sources.flex_account import account_days  # noqa: E402
from ib_portfolio.sources.flex_statement import portfolio_of  # noqa: E402
from ib_portfolio.sources.flex_xml import read_flex  # noqa: E402
from ib_portfolio.sources.ib_sec_mcp import server_portfolio  # noqa: E402
from ib_portfolio.sources.ibkr_connector.connector_portfolio import (  # noqa: E402
    connector_portfolio,
)
from ib_portfolio.sources.server_ledger import reconcile_answers  # noqa: E402

TODAY = "2026-11-20"
SITUATIONS = os.path.join(HERE, "fixtures", "situations")
NAMES = sorted(name[:-4] for name in os.listdir(SITUATIONS) if name.endswith(".xml"))
SOURCES = ("ib-sec-mcp", "ibkr-connector")
# What a source's answers of random rows may rightly be refused for: they do not add up.
SOURCE_REFUSALS = (
    "server_contradiction",
    "server_rates",
    "server_base_unknown",
    "server_doubled",
    "connector_contradiction",
    "connector_value",
    "no_positions",
)
# What random options may rightly be refused for.
OPTION_REFUSALS = ("withdraw_too_much", "withdraw_no_sell")


def outcome(seed: int, with_options: bool = False) -> str:
    """What comes of the portfolio of `seed`: "planned", a right refusal's key, or a fault."""
    random = Random(seed)
    rows = random_rows(random)
    request = request_for(random.choice(PROFILES))
    if seed % 2:
        request = request._replace(options=add_markets(random, rows))
    if with_options:
        options = draw_options(Random(f"options {seed}"), rows)
        request = request._replace(options={**request.options, **options})
    right = (*RIGHT_REFUSALS, *OPTION_REFUSALS) if with_options else RIGHT_REFUSALS
    try:
        day = day_of(rows)
        portfolio = portfolio_of(day, "statement")
        evidence = statement_evidence(day.rows, request.options)
        plan, document = checked_plan(portfolio, evidence, request, TODAY)
        worse = [] if with_options else list(worse_than_nothing(plan))
    except Refusal as refusal:
        return refusal.key if refusal.key in right else f"FAULT {refusal}"
    except Exception as fault:
        return f"FAULT {type(fault).__name__}: {fault}"
    if worse and not request.options:
        return f"FAULT worse than doing nothing: {'; '.join(worse)}"
    return "planned" if document["trades"] else "planned, no trade"


def _result(make: Callable[[], Any], right: Collection[str]) -> str:
    """What comes of a plan that `make` makes: its kind, a right refusal's key, or a fault."""
    try:
        document = make()
    except Refusal as refusal:
        return refusal.key if refusal.key in right else f"FAULT {refusal}"
    except Exception as fault:
        return f"FAULT {type(fault).__name__}: {fault}"
    return "planned" if document["trades"] else "planned, no trade"


def policy_outcome(seed: int) -> str:
    """What comes of the portfolio of `seed` by a random policy file."""
    random = Random(f"policy {seed}")
    rows = random_rows(random, 6)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "policy.ini")
        text = draw_policy(random, rows)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        profile = [] if "[target]" in text else ["growth"]
        words = [*profile, "--policy", path, "--statement", "statement.xml"]

        def make() -> Any:
            request = with_policy(parse_words(words))
            return checked_document(*statement_account(day_of(rows), request), request, TODAY)

        return _result(make, (*RIGHT_REFUSALS, *POLICY_REFUSALS))


def situation_outcome(name: str, seed: int) -> str:
    """What comes of a situation with the random options of `seed`."""
    days = account_days(read_flex(os.path.join(SITUATIONS, f"{name}.xml")))
    random = Random(f"{name} {seed}")
    day = random.choice(days)
    request = request_for(random.choice(PROFILES))
    request = request._replace(options=draw_options(random, day.rows))
    account = statement_account(day, request, True)
    right = (*RIGHT_REFUSALS, *OPTION_REFUSALS, "no_positions")
    return _result(lambda: checked_document(*account, request, TODAY), right)


def answered(rows: Rows, source: str, request: Request) -> Any:
    """The checked document of the account in the rows as a source of SOURCES answers of it."""
    if source == "ib-sec-mcp":
        answers = server_answers(rows)
        portfolio = server_portfolio(*answers)
        reconcile_answers(*answers)
        evidence = server_evidence(*answers, request.options)
    else:
        answers = connector_answers(rows)
        portfolio = connector_portfolio(*answers, "2026-11-20 10:00 +00:00")
        evidence = connector_evidence(*answers, request.options)
    return checked_document(portfolio, evidence, request, TODAY)


def source_outcome(seed: int, source: str) -> str:
    """What comes of the portfolio of `seed` as a source answers of it, with options at times."""
    random = Random(f"{source} {seed}")
    rows = random_rows(random, 8)
    rates = {row["fromCurrency"]: row["rate"] for row in rows["ConversionRate"]}
    for place, row in enumerate(rows["OpenPosition"]):
        # The server takes what a statement does not tell for 1.
        row.setdefault("fxRateToBase", rates.get(row["currency"], "1"))
        row["symbol"] = row["symbol"].replace("|", "")  # which a lock writes in another way
        row["levelOfDetail"] = "SUMMARY"
        row["conid"] = row["conid"] or str(50 + place)
    contracts = {row["conid"]: row for row in rows["OpenPosition"]}
    rows["OpenPosition"] = [row for row in contracts.values() if Decimal(row["position"])]
    request = request_for(random.choice(PROFILES))
    if random.random() < 0.5:
        request = request._replace(options=draw_options(random, rows))
    right = (*RIGHT_REFUSALS, *OPTION_REFUSALS, *SOURCE_REFUSALS)
    return _result(lambda: answered(rows, source, request), right)


def same_orders(seed: int, source: str) -> str:
    """ "planned" where a source leads to the orders of a statement that tells no more."""
    rows = ordinary_rows(Random(f"sources {seed}"))
    for row in rows["OpenPosition"] if source == "ibkr-connector" else ():
        row["listingExchange"] = ""  # its answers have no day, on which levies depend
    request = request_for(PROFILES[seed % len(PROFILES)])
    told = told_by_server(rows) if source == "ib-sec-mcp" else told_by_connector(rows)
    bonds = [row["symbol"] for row in told["OpenPosition"] if row["assetCategory"] == "BOND"]
    options = {"lock": ",".join(bonds)} if source == "ibkr-connector" else {}

    def make() -> Any:
        document = answered(rows, source, request)
        of_statement = request._replace(options=options)
        account = statement_account(day_of(told), of_statement)
        other = checked_document(*account, of_statement, TODAY)
        for trades in zip_longest(document["trades"], other["trades"], fillvalue={}):
            for name in ("action", "symbol", "quantity", "amount", "estimated_realized_gain"):
                one, same = (trade.get(name) for trade in trades)
                assert one == same, f"{name} is {one}, by the statement {same}"
        return document

    return _result(make, RIGHT_REFUSALS)


def compared(seed: int, is_ordinary: bool) -> Optional[Beside]:
    """A plan without options beside the best whole units; None where it is not compared."""
    random = Random(f"best {seed}")
    rows = ordinary_rows(random) if is_ordinary else random_rows(random, MOST_POSITIONS)
    request = request_for(PROFILES[seed % len(PROFILES)])
    try:
        plan, _ = checked_plan(*statement_account(day_of(rows), request), request, TODAY)
    except Refusal:
        return None
    return beside_the_best(plan)


def tell_of_the_best(seeds: range) -> int:
    """Prints how much further off plans end than the best; how many end too far off."""
    faults = 0
    for is_ordinary in (True, False):
        pairs = [(compared(seed, is_ordinary), seed) for seed in seeds]
        found = sorted((one.further, seed, one) for one, seed in pairs if one)
        parts = [(part, found[int(len(found) * part)][0]) for part in (0.5, 0.9, 0.99)]
        told = ", ".join(f"{part:.0%} within {further:.3%}" for part, further in parts)
        kind = "ordinary accounts" if is_ordinary else "accounts of any size"
        best = sum(further <= Decimal("0.0001") for further, _, _ in found) / len(found)
        print(f"{len(found)} {kind}, further off than the best, of the whole: {told};")
        print(f"    at most {found[-1][0]:.3%} (seed {found[-1][1]}); as near in {best:.1%}.")
        for further, seed, one in found:
            if further > MOST_FURTHER_OFF + (0 if is_ordinary else one.unit):
                faults += 1
                print(f"    seed {seed}: ends {one.found:.2%} off, the best {one.best:.2%}")
    return faults


def outcomes(seed: int) -> Iterator[Tuple[str, str]]:
    """What is looked at of a seed, and what comes of it; the options only if without them it is
    right.
    """
    found = outcome(seed)
    yield "plain", found
    if not found.startswith("FAULT"):
        yield "with options", outcome(seed, with_options=True)
    yield "by a policy", policy_outcome(seed)
    for source in SOURCES:
        yield source, source_outcome(seed, source)
    if seed % 20 == 0:
        for source in SOURCES:
            yield f"{source} as a statement", same_orders(seed, source)
        name = NAMES[seed // 20 % len(NAMES)]
        yield f"situation {name}", situation_outcome(name, seed)


def main() -> int:
    """Runs and counts; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--best", action="store_true", help="beside the best whole units instead")
    arguments = parser.parse_args()
    seeds = range(arguments.seed, arguments.seed + arguments.count)
    if arguments.best:
        return 1 if tell_of_the_best(seeds) else 0
    start = time.perf_counter()
    counts: Counter[str] = Counter()
    slowest = (0.0, 0)
    for seed in seeds:
        before = time.perf_counter()
        for name, found in outcomes(seed):
            fault = found.startswith("FAULT")
            counts["FAULT" if fault else found] += 1
            if fault and counts["FAULT"] <= 20:
                print(f"seed {seed}, {name}: {found[:300]}")
        slowest = max(slowest, (time.perf_counter() - before, seed))
    seconds = time.perf_counter() - start
    told = ", ".join(f"{name}: {count}" for name, count in sorted(counts.items()))
    print(f"{arguments.count} portfolios in {seconds:.0f} s ({told}).")
    print(f"Slowest: {slowest[0]:.2f} s, seed {slowest[1]}.")
    return 1 if counts["FAULT"] or not counts["planned"] else 0


if __name__ == "__main__":
    use_exact_decimals()
    sys.exit(main())
