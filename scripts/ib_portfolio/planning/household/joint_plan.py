"""The plans of a household's accounts: each trades its part of what brings all to one target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.numbers import ZERO, to_cents
from ...core.portfolio import Portfolio
from ...core.profiles import Profile
from ...core.record import Record
from ...request.preferences import Preferences
from ..bands import (
    band_points,
    band_widths,
    class_goals,
    inside_band,
    judged_values,
    require_bands_of,
)
from ..plan import Plan
from ..sleeves import Amounts, class_percents, sleeve_targets, sleeve_values
from ..tailored_plan import Seen, TailoredPlan, plan_of_part
from .account_parts import Account, account_of, moves_of, part_of


class Member(Record):
    """An account as its options see it, whether it is free of tax, and which class lives there."""

    seen: Seen
    is_tax_free: bool = False
    home_of: str = ""  # STK, BOND or ""


class ShareOfAll(Record):
    """A share of the target in all accounts together, in base currency, and its band in points."""

    name: str
    value: Decimal
    wanted: Decimal
    band: Decimal
    is_inside: bool


class JointGoals(Record):
    """What the sleeves of all accounts are worth together and what they should be worth."""

    profile: Profile
    values: Amounts
    goals: Amounts
    class_percents: Amounts  # what the target wants of each asset class
    is_inside: bool  # the band that was asked for, so that nothing is traded
    shares: tuple[ShareOfAll, ...] = ()  # those with a band, where one was asked for


class MemberPlan(Record):
    """The plan of an account for its part of the target: base currency by sleeve, to the cent.

    `kept_cash` is what must be left of its cash, in base currency.
    """

    tailored: TailoredPlan
    part: Amounts
    kept_cash: Decimal


def joint_goals(members: Sequence[Member]) -> JointGoals:
    """What the target, or the band around it, wants of all accounts together, in base currency.

    Refusal("band_of_nothing") for a band of a symbol that has no share of its own.
    """
    first = members[0].seen
    names, percent = _names(members), {}
    for member in members:
        percent.update((names[name], part) for name, part in member.seen.profile.percent.items())
    percent[CASH] = percent.pop(CASH)  # the last
    named = tuple(names[name] for name in first.profile.named)
    profile = first.profile._replace(percent=percent, named=named)
    flow = sum((member.seen.preferences.cash_flow for member in members), ZERO)
    preferences = first.preferences._replace(cash_flow=flow)
    require_bands_of(profile, preferences)
    whole = _merged([member.seen.portfolio for member in members])
    goals = sleeve_targets(whole, profile)
    if preferences.band is not None or preferences.no_sell:
        goals = class_goals(whole, profile, preferences)
    inside = preferences.band is not None and inside_band(whole, profile, preferences)
    values, percents = sleeve_values(whole, profile), class_percents(whole, profile)
    shares = () if preferences.band is None else _shares(whole, profile, preferences)
    return JointGoals(profile, values, goals, percents, inside, shares)


def _shares(whole: Portfolio, profile: Profile, preferences: Preferences) -> tuple[ShareOfAll, ...]:
    """What bands are held against, as the target names it, cash last where it does not."""
    names = profile.named or tuple(profile.percent)
    values, wanted = sleeve_values(whole, profile), sleeve_targets(whole, profile)
    judged = judged_values(whole, profile, preferences)
    widths = band_widths(whole, profile, preferences)
    return tuple(
        ShareOfAll(
            name=name,
            value=values[name],
            wanted=wanted[name],
            band=band_points(preferences, name, profile.percent[name]),
            is_inside=abs(judged[name] - wanted[name]) <= widths[name],
        )
        for name in (names if CASH in names else (*names, CASH))
    )


def _names(members: Sequence[Member]) -> dict[str, str]:
    """One name for each sleeve: BRK B where an account holds what the target calls BRK.B."""
    names = {name for member in members for name in member.seen.profile.percent}
    spaced = ((name, name.replace(".", " ")) for name in names)
    return {name: other if other in names else name for name, other in spaced}


def _merged(portfolios: Sequence[Portfolio]) -> Portfolio:
    """All accounts as one: enough of a portfolio to tell what its sleeves are worth."""
    return portfolios[0]._replace(
        positions=tuple(row for one in portfolios for row in one.positions),
        cash=sum((one.cash for one in portfolios), ZERO),
        set_aside=sum((one.set_aside for one in portfolios), ZERO),
        reserves=(),
    )


def joint_plans(members: Sequence[Member], joint: JointGoals) -> list[MemberPlan]:
    """The plan of each member, in their order.

    Those with the largest units are planned first; what rounding leaves of theirs is done by the
    others, where they trade that sleeve anyway.
    """
    closing = [name for name, share in joint.profile.percent.items() if not share and name != CASH]
    closing = [name for name in closing if not joint.goals[name]]
    accounts = [
        account_of(
            member.seen.portfolio,
            joint.profile,
            member.seen.preferences,
            closing,
            member.is_tax_free,
            member.home_of,
        )
        for member in members
    ]
    names = _names(members)
    directions = {name: joint.goals[name] - joint.values[name] for name in joint.goals}
    moves = moves_of(accounts, joint.goals, directions)
    trading = [{name for name, moved in one.by_sleeve.items() if moved} for one in moves]
    found: dict[int, MemberPlan] = {}
    for at in _coarsest_first(accounts):
        part = part_of(accounts[at], moves[at])
        seen = members[at].seen
        own = {name: part[names[name]] for name in seen.profile.percent}
        kept = min(to_cents(max(moves[at].kept_cash, ZERO)), own[CASH])
        found[at] = MemberPlan(plan_of_part(seen, own, kept), own, kept)
        accounts[at] = accounts[at].after(_moved(found[at].tailored.plan))
        moves = moves_of(accounts, joint.goals, directions, trading)
    return [found[at] for at in range(len(members))]


def _coarsest_first(accounts: Sequence[Account]) -> list[int]:
    return sorted(range(len(accounts)), key=lambda at: (-accounts[at].largest_unit, at))


def _moved(plan: Plan) -> Mapping[str, Decimal]:
    """What the orders add to the value of each sleeve; to cash what they bring after all costs."""
    before, after = sleeve_values(plan.portfolio, plan.target.profile), plan.sleeves_after
    return {name: after[name] - before[name] for name in before}
