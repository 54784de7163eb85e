"""The shares of a target beside what is held: percents and values, by share and by class."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ...core.asset_classes import ASSET_CLASSES, CASH, MIXED
from ...core.plain_text import plain
from ...core.record import Record
from ..data_files import read_data
from ..evidence import Evidence, Holding, amount_asked
from ..funds.fund_evidence import kind_of_symbol
from ..goals import reached_goals
from .asked import bands_by_share, target_asked

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


class Shares(Record):
    """The percents of the target, and what is held, each by share; cash is the last of them."""

    percents: dict[str, Decimal]
    totals: dict[str, Decimal]
    is_own: bool  # the user's own target, not a built-in profile
    closing: frozenset[str]  # what the target does not name and is sold for that
    is_drawn: bool  # percents of any size: an own target's, or a household's for one account

    @property
    def whole(self) -> Decimal:
        """What the percents apply to."""
        return sum(self.totals.values(), _ZERO)


def covered_evidence(evidence: Evidence, base: str) -> Evidence:
    """The evidence as the target that was asked for sees it; as it is with a built-in profile."""
    target = target_asked(evidence.asked)
    if target is None:
        return evidence
    from .coverage import covered

    return covered(evidence, target, base)


def shares_of(evidence: Evidence, profile: str, free_cash: Decimal) -> Shares:
    """The shares of the target that was asked for, or of the built-in `profile`."""
    target, closing = target_asked(evidence.asked), set()
    if target is None:
        built_in = read_data("core/profiles.json")["profiles"][profile]
        percents = {name: Decimal(built_in[name]) for name in ASSET_CLASSES}
    else:
        closing = {row.share for row in evidence.holdings if row.closes} - {CASH}
        percents = {name: part for name, part in target.shares.items() if name != CASH}
        percents.update(dict.fromkeys(sorted(closing), _ZERO))
        percents[CASH] = target.shares[CASH]
    if evidence.part is not None:  # of an account of a household, whose target it is a part of
        percents = _of_part(evidence.part, percents)
    totals = dict.fromkeys(percents, _ZERO)
    totals[CASH] = free_cash
    for row in evidence.holdings:
        for name, value in row.in_shares:
            totals[name] = totals.get(name, _ZERO) + value
    is_own = target is not None
    return Shares(percents, totals, is_own, frozenset(closing), is_own or evidence.part is not None)


def _of_part(part: Mapping[str, Decimal], names: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The percents of an account's part of a household's target, by the same names.

    What the part has under other names are mixed funds that are sold.
    """
    whole = sum(part.values(), _ZERO)
    percents = {name: part.get(name, _ZERO) * 100 / whole for name in names}
    if MIXED in percents:
        percents[MIXED] += 100 - sum(percents.values(), _ZERO)
    return percents


def class_values(evidence: Evidence, free_cash: Decimal) -> dict[str, Decimal]:
    """What each asset class is worth, mixed funds in their parts."""
    values = {**dict.fromkeys(ASSET_CLASSES, _ZERO), CASH: free_cash}
    for row in evidence.holdings:
        for name, value in row.in_classes if row.quantity else ():
            values[name] += value
    return values


def class_of_share(name: str, evidence: Evidence) -> str:
    """STK, BOND, CASH or MIX; "" for a symbol of which nothing is held or priced."""
    if name in (*ASSET_CLASSES, MIXED):
        return name
    return next((row.asset_class for row in evidence.holdings if row.share == name), "")


def told_class(name: str, evidence: Evidence, base: str) -> str:
    """What the user or the fund table says of a symbol that is not held; "" where nothing does."""
    from .raw_target import raw_prices

    told = raw_prices(evidence.asked.get("price", "")).get(name)
    currency = (told.currency if told else "") or base
    kind = kind_of_symbol(name, currency, told.exchange if told else "", evidence.asked)
    return MIXED if kind.startswith(f"{MIXED}:") else kind


def class_percents(
    shares: Shares, evidence: Evidence, told: Mapping[str, str]
) -> dict[str, Decimal]:
    """The percents of the classes: the sums of their shares', mixed funds in their parts.

    `told` are the classes of symbols that are neither held nor priced.
    """
    sums = dict.fromkeys(ASSET_CLASSES, _ZERO)
    for name, percent in shares.percents.items():
        several = _by_class(name, evidence)
        for part, value in several.items() if len(several) > 1 else ():
            sums[part] += percent * value / sum(several.values(), _ZERO)
        found = "" if len(several) > 1 else class_of_share(name, evidence) or told.get(name, "")
        if found == MIXED:
            own = next((row for row in evidence.holdings if row.share == name), None)
            for part, weight in zip(ASSET_CLASSES, parts_of(own)):
                sums[part] += percent * weight / _HUNDRED
        elif found:
            sums[found] += percent
    return sums


def _by_class(name: str, evidence: Evidence) -> dict[str, Decimal]:
    """What the holdings of one symbol are worth by class, to the cent each."""
    found: dict[str, Decimal] = {}
    for row in evidence.holdings:
        if row.own_share == name and row.asset_class:
            value = row.value.quantize(Decimal("0.01"), "ROUND_HALF_UP")
            found[row.asset_class] = found.get(row.asset_class, _ZERO) + value
    return found


def parts_of(mixed: Holding | None) -> list[Decimal]:
    """Of a mixed fund the percents of stocks, bonds and cash, as MIX:60/35/0 says.

    What it holds of other things counts as stocks.
    """
    kind = mixed.counted.kind if mixed is not None else ""
    if not kind.startswith(f"{MIXED}:"):
        return [_ZERO] * len(ASSET_CLASSES)
    _, bonds, cash = (Decimal(part) for part in kind[4:].split("/"))
    return [_HUNDRED - bonds - cash, bonds, cash]


def widths_of(shares: Shares, asked: Mapping[str, str]) -> dict[str, Decimal]:
    """The half width of each share's band in base currency, and none of what is closing."""
    from .raw_target import half_width, raw_bands

    bands = raw_bands(asked["band"])
    return {
        name: _ZERO
        if name in shares.closing
        else shares.whole * half_width(bands, name, percent) / _HUNDRED
        for name, percent in shares.percents.items()
    }


def centres_of(shares: Shares) -> dict[str, Decimal]:
    """What each share is worth where the target is met."""
    return {name: shares.whole * part / _HUNDRED for name, part in shares.percents.items()}


def values_judged(shares: Shares, evidence: Evidence) -> dict[str, Decimal]:
    """What a band judges: the values now, with bands by share after new money is spread."""
    flow = amount_asked(evidence.asked, "contribute") - amount_asked(evidence.asked, "withdraw")
    if flow <= 0 or not bands_by_share(evidence.asked):
        return shares.totals
    fillable = {
        row.share
        for row in evidence.holdings
        if row.asset_class and not (row.closes or row.locked) and row.share in shares.percents
    }
    from .band_goals import with_new_money

    return with_new_money(shares.totals, centres_of(shares), flow, fillable)


def is_inside(shares: Shares, evidence: Evidence) -> bool:
    """Whether every share, and the cash, is inside its band."""
    from .band_goals import outside

    values, widths = values_judged(shares, evidence), widths_of(shares, evidence.asked)
    return not outside(values, centres_of(shares), widths)


def shares_inside(shares: Shares, evidence: Evidence) -> set[str]:
    """The shares that bands leave as they are, new money spread; none where all move together."""
    asked = evidence.asked
    halves = "band" in asked and asked.get("to", "").strip().lower() == "half"
    if not (halves or bands_by_share(asked)):
        return set()
    from .band_goals import outside

    values, widths = values_judged(shares, evidence), widths_of(shares, evidence.asked)
    return set(shares.percents) - outside(values, centres_of(shares), widths)


def wanted_values(shares: Shares, evidence: Evidence) -> dict[str, Decimal]:
    """What is wanted of each share: its part of the whole, or what its band makes of that.

    Of a band over classes only half way is worked out here: what is inside stays, what goes to the
    centre is the plain target, and how the edge is reached is not told by the target alone.
    """
    asked, centres = evidence.asked, centres_of(shares)
    back_to = asked.get("to", "target").strip().lower()
    if not bands_by_share(asked):
        halves = "band" in asked and back_to == "half" and not is_inside(shares, evidence)
        if not halves:
            return centres
    from .band_goals import banded

    return banded(values_judged(shares, evidence), centres, widths_of(shares, asked), back_to)


def goals_of(
    shares: Shares,
    evidence: Evidence,
    bought: list[tuple[Holding, Decimal]],
    weights: Mapping[str, Decimal],
) -> dict[str, Decimal]:
    """What each share is to be worth where no option changes it, as far as orders can go.

    What lacks less than half of its smallest unit needs no order. Whether an own target counts that
    as not bought, or as met, its `weights` tell; above a percent of the whole it is no matter of
    rounding.
    """
    wanted = wanted_values(shares, evidence)
    # Of what the target wants nothing, all is sold whatever can be bought.
    closing = {name for name in shares.percents if name != CASH and not wanted[name]}
    goals = reached_goals(bought, wanted, shares.totals, closing)
    if not shares.is_drawn:
        return goals
    lacks = {name: wanted[name] - shares.totals[name] for name in wanted}
    met = {name for name, lack in lacks.items() if lack * 100 <= shares.whole}
    small = [(row, _ZERO if row.share in met else unit) for row, unit in bought]
    others = reached_goals(small, wanted, shares.totals, closing)
    return min(goals, others, key=lambda one: _distance(one, shares, evidence, weights))


def _distance(
    goals: dict[str, Decimal], shares: Shares, evidence: Evidence, weights: Mapping[str, Decimal]
) -> Decimal:
    told = dict.fromkeys(goals, _ZERO)
    for name, share in {(plain(row.symbol), row.share) for row in evidence.holdings}:
        if share in told:
            told[share] += weights.get(name, _ZERO)
    held = {row.share for row in evidence.holdings} - {CASH}
    cash = shares.whole - sum((goals[name] for name in held if name in goals), _ZERO)
    weighed = shares.whole - min(cash, _ZERO)  # a debt that stays has no weight
    off = (abs(told[name] * weighed / 100 - goals[name]) for name in goals if name != CASH)
    return sum(off, _ZERO)
