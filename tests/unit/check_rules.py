"""What the checks make of targets, policies, fees and pieces, a row for each thing given."""

from __future__ import annotations

import json
import os
import tempfile
from decimal import Decimal
from types import SimpleNamespace
from typing import Iterator, List

from answer_table import AnswerTable, Asked, answers_of
from told_evidence import evidence_of, numbers_of, numbers_told
from told_histories import number
from told_rows import options_of

from ib_portfolio.checks.draft_checks import draft_problems
from ib_portfolio.checks.evidence import Holding
from ib_portfolio.checks.goals import reached_goals
from ib_portfolio.checks.market import cost_rules, piece_rules
from ib_portfolio.checks.pairs import trade_pairs
from ib_portfolio.checks.targets import asked as target_words
from ib_portfolio.checks.targets import band_goals, shares
from ib_portfolio.checks.targets.policy_file import RawPolicy, raw_policy
from ib_portfolio.checks.targets.policy_limits import policy_limits
from ib_portfolio.checks.targets.raw_target import (
    RawTarget,
    half_width,
    name_in,
    raw_bands,
    raw_prices,
    raw_target,
)


def _target(given: str) -> Iterator[str]:
    yield from _target_told(raw_target(given.replace(" / ", "\n")))


def _target_told(found: RawTarget) -> Iterator[str]:
    yield numbers_told(found.shares)
    yield "names cash" if found.names_cash else ""
    yield "names symbols" if found.names_symbols else ""


def _name(given: str) -> Iterator[str]:
    yield name_in(given)


def _prices(given: str) -> Iterator[str]:
    for name, one in raw_prices(given).items():
        yield f"{name} {number(one.price)} {one.currency or '-'} {one.exchange or '-'}"


def _bands(given: str) -> Iterator[str]:
    """With the half widths of a share of 40 and one of 4 percent under each name."""
    found = raw_bands(given)
    for name in ("all", *found.own):
        wide, narrow = (number(half_width(found, name, Decimal(of))) for of in (40, 4))
        yield f"{name} {wide} at 40, {narrow} at 4"


def policy_of(given: str) -> RawPolicy:
    """The policy in the lines between ` / `."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "policy.ini")
        with open(path, "w", encoding="utf-8") as file:
            file.write(given.replace(" / ", "\n"))
        return raw_policy(path)


def _policy(given: str) -> Iterator[str]:
    found = policy_of(given)
    for name, lines in found.sections.items():
        yield f"[{name}] {', '.join(f'{key}={value}' for key, value in lines)}"
    for name in ("", "Aggressive", "two words"):
        target = found.target(name)
        yield f"target {name}: {'; '.join(filter(None, _target_told(target)))}" if target else ""
    for name, price in found.prices.items():
        yield f"price {name} {number(price.price)} {price.currency}"
    bands = found.bands
    if bands is not None:
        for name in ("all", *bands.own):
            yield f"band {name} {number(half_width(bands, name, Decimal(40)))}"


def _limits(given: str) -> Iterator[str]:
    """`lines | options | those that were not typed`, or - where that is not told."""
    lines, options, untyped = ([*given.split(" | "), "", ""])[:3]
    asked = options_of(options)
    silent = None if untyped.strip() == "-" else options_of(untyped)
    evidence = SimpleNamespace(asked=asked, untyped=silent)
    yield from policy_limits(SimpleNamespace(evidence=evidence), policy_of(lines))


def _asked(given: str) -> Iterator[str]:
    """`options`, or `household: options`."""
    place, _, options = given.rpartition("household: ")
    kept = Decimal(1) if "household: " in given else None
    asked = options_of(options)
    evidence = SimpleNamespace(asked=asked, kept_cash=kept)
    points = target_words.points_of_few(evidence)
    yield f"{place}few {number(points)}"
    yield "bands by share" if target_words.bands_by_share(asked) else ""
    target = target_words.target_asked(asked)
    yield "" if target is None else numbers_told(target.shares)


def _first(given: str) -> Holding:
    return evidence_of(given).holdings[0]


def _costs(given: str) -> Iterator[str]:
    """`10 for 100 on 2026-11-20: rows | options`, bought and sold."""
    words, _, row = given.partition(": ")
    size, _, amount, _, day = words.split()
    evidence = evidence_of(row)
    holding, quantity, value = evidence.holdings[0], Decimal(size), Decimal(amount)
    for action in ("BUY", "SELL"):
        fee = cost_rules.fee_again(holding, quantity, value, action == "BUY", evidence)
        day = day.replace("-", "", 3 if day == "-" else 0)
        levies = cost_rules.taxes_again(holding, quantity, value, action, day)
        yield f"{action} fee {number(fee)} levies {number(levies)}"
    interest = cost_rules.interest_again(holding, quantity)
    yield f"interest {number(interest)}" if interest != 0 else ""


def _pieces(given: str) -> Iterator[str]:
    """`rows | options`"""
    evidence = evidence_of(given)
    holding = evidence.holdings[0]
    step = piece_rules.step_of(holding, evidence.asked)
    yield f"step {number(step)}, unit {piece_rules.planned_unit(holding)}"
    sizes: List[Decimal] = [Decimal(one) for one in ("0.5", "1", "100", "1000", "1500", "5000")]
    for sells in (True, False):
        fit = [
            number(size)
            for size in (*sizes, holding.quantity, holding.quantity - 1000)
            if piece_rules.quantity_fits(holding, size, sells, evidence.asked)
        ]
        yield f"{'sells' if sells else 'buys'} {' '.join(fit) or 'none'}"
    left = piece_rules.days_left(holding, evidence.day)
    yield "" if left is None else f"{left} days left"
    yield piece_rules.limit_of(holding, evidence)
    matures = piece_rules.maturity_again(holding.row, holding.symbol)
    yield f"matures {matures}" if matures else ""
    for kept in piece_rules.with_matured_held(evidence).holdings:
        locked = " locked" if kept.locked else ""
        yield f"{kept.asset_class or 'held'}{locked} {numbers_told(dict(kept.in_classes))}"


def _locked(given: str) -> Iterator[str]:
    """`STK 60, CASH 40 of STK 100, CASH 50: rows | options`: what limits lock."""
    words, _, row = given.partition(": ")
    percents, _, totals = words.partition(" of ")
    evidence = evidence_of(row)
    found = piece_rules.with_limits(evidence, numbers_of(totals), numbers_of(percents))
    yield " ".join(f"{one.symbol}{'!' if one.locked else ''}" for one in found.holdings)


def _goals(given: str) -> Iterator[str]:
    """`wanted STK 60 | held STK 50 | units STK 5 | closing X`; units of holdings by share."""
    parts = [part.partition(" ")[2] for part in given.split(" | ")]
    wanted, held, units, closing = ([*parts, "", ""])[:4]
    bought = []
    for part in units.split(", ") if units else ():
        name, unit = part.split()
        bought.append((_first("hold")._replace(own_share=name), Decimal(unit)))
    goals = reached_goals(bought, numbers_of(wanted), numbers_of(held), closing.split())
    yield numbers_told(goals)


def _pairs(given: str) -> Iterator[str]:
    """`prices of trades of ACME: rows`: the quantity of the holding of each."""
    words, _, row = given.partition(": ")
    evidence = evidence_of(row)
    conid = evidence.holdings[0].conid
    name = {"symbol": "ACME", "conid": conid, "currency": "USD", "asset_class": "STK"}
    trades = [{**name, "price": price} for price in words.split()]
    for _, holding in trade_pairs(trades, evidence):  # type: ignore[arg-type]
        yield "none" if holding is None else number(holding.quantity)


# Of symbols that are neither held nor priced, as a plan tells them.
_CLASSES = {"UNHELD": "BOND", "UNTOLD": "MIX"}


def _shares(given: str) -> Iterator[str]:
    """`growth: rows | options`, behind it ` | part` of a household, or ` | weights` of a plan."""
    profile, _, row = given.partition(": ")
    row, _, weighed = row.partition(" | weights ")
    row, _, part = row.partition(" | part ")
    evidence = shares.covered_evidence(evidence_of(row), "USD")
    evidence = evidence._replace(part=numbers_of(part) if part else None)
    free = evidence.cash - evidence.set_aside
    found = shares.shares_of(evidence, profile, free)
    yield f"percents {numbers_told(found.percents)}"
    yield f"held {numbers_told(found.totals)} of {number(found.whole)}"
    yield " ".join(["own"] * found.is_own + ["drawn"] * found.is_drawn + sorted(found.closing))
    yield f"classes {numbers_told(shares.class_values(evidence, free))}"
    yield f"to {numbers_told(shares.class_percents(found, evidence, _CLASSES))}"
    for name in found.percents:
        kinds = shares.class_of_share(name, evidence), shares.told_class(name, evidence, "USD")
        yield f"{name} is {kinds[0] or '-'} and told as {kinds[1] or '-'}"
    yield f"wanted {numbers_told(shares.wanted_values(found, evidence))}"
    yield f"inside {' '.join(sorted(shares.shares_inside(found, evidence)))}"
    if "band" in evidence.asked:
        yield f"widths {numbers_told(shares.widths_of(found, evidence.asked))}"
        yield "all inside" if shares.is_inside(found, evidence) else "not all inside"
        yield f"judged {numbers_told(shares.values_judged(found, evidence))}"
    bought = [(one, one.unit) for one in evidence.holdings if one.asset_class]
    goals = shares.goals_of(found, evidence, bought, numbers_of(weighed))
    yield f"goals {numbers_told(goals)}"
    for one in evidence.holdings:
        marks = (one.own_share, "closes" * one.closes, "unnamed" * one.unnamed)
        more = ("locked" * one.locked, "treasury" * one.treasury, "face" * one.by_face)
        words = " ".join(filter(None, (*marks, *more, one.counted.asset_class)))
        yield f"{one.symbol} {words} {number(one.unit)} {numbers_told(dict(one.in_shares))}"


def _banded(given: str) -> Iterator[str]:
    """`values STK 60 | centres STK 50 | widths STK 5 | target`; with 10 of new money, too."""
    values, centres, widths, back = given.split(" | ")
    numbers = [numbers_of(part.partition(" ")[2]) for part in (values, centres, widths)]
    yield f"outside {' '.join(sorted(band_goals.outside(*numbers)))}"
    yield numbers_told(band_goals.banded(*numbers, back))
    fillable = set(numbers[0])
    for flow in (Decimal(10), Decimal(1000)):
        spread = band_goals.with_new_money(numbers[0], numbers[1], flow, fillable)
        yield f"{number(flow)} more: {numbers_told(spread)}"


_DRAFT = {
    "side": "BUY",
    "contract_id_ex": "1",
    "quantity": 5,
    "order_type": "MARKET",
    "time_in_force": "DAY",
}
_POSITION = {
    "contract_id": 1,
    "asset_class": "STK",
    "position": 10,
    "currency": "USD",
    "market_price": 20,
}
_TRADE = {"conid": "1", "priority": 1, "action": "BUY", "quantity": "5", "currency": "USD"}


def _drafts(given: str) -> Iterator[str]:
    """JSON of drafts between `&`, of trades and of positions, each behind a bar."""
    parts = [*given.split(" | "), "{}", "{}"][:3]
    usual = (_DRAFT, _TRADE, _POSITION)
    inputs, trades, held = (
        [{**one, **json.loads(text)} for text in part.split(" & ")]
        for one, part in zip(usual, parts)
    )
    inputs = [{k: v for k, v in one.items() if v is not None} for one in inputs]
    yield from draft_problems(inputs, {"trades": trades}, held)  # type: ignore[typeddict-item]


ASKED: Asked = {
    "target": _target,
    "name": _name,
    "prices": _prices,
    "bands": _bands,
    "policy": _policy,
    "limits of a policy": _limits,
    "asked": _asked,
    "costs": _costs,
    "pieces": _pieces,
    "locked by limits": _locked,
    "goals": _goals,
    "pairs": _pairs,
    "shares": _shares,
    "bands reached": _banded,
    "drafts": _drafts,
}
TABLE = AnswerTable("check_rules.tsv", answers_of(ASKED))
