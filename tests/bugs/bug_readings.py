"""Bugs in what is read and shared out: policies, own targets, funds, households, servers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Dict, List

from bug_kit import ZERO, Plant, around, replaced, returns

from ib_portfolio.planning import counted_as
from ib_portfolio.planning.household import account_parts, joint_plan
from ib_portfolio.planning.own_targets import own_target
from ib_portfolio.request.policy.policy_file import _Reader
from ib_portfolio.sources import flex_statement, ib_sec_mcp
from ib_portfolio.sources.ibkr_connector import connector_portfolio


def _swapped(found: Any) -> Any:
    """The first two percents of a target change places."""
    first, second, *rest = found.shares
    pair = (first._replace(percent=second.percent), second._replace(percent=first.percent))
    return found._replace(shares=(*pair, *rest))


OF_POLICIES: Dict[str, Plant] = {
    "[never trade] lost": returns(_Reader, "_never_traded", lambda _: ""),
    "[limits] lost": returns(_Reader, "_limits", lambda _: {}),
    "[classes] lost": returns(_Reader, "_classes", lambda _: ""),
    "[bands] without their way back": returns(_Reader, "_bands", lambda found: {**found, "to": ""}),
}
OF_TARGETS: Dict[str, Plant] = {
    "two percents of a target swapped": returns(own_target, "read_target", _swapped),
    "what is not named counts all the same": replaced(
        own_target._View, "_covers", lambda self, row: True
    ),
    "funds count as stocks": replaced(
        counted_as, "count_holdings", lambda portfolio, *_: portfolio
    ),
}


def _doubled(moves: List[Any]) -> List[Any]:
    """The first account moves twice as much."""
    twice = {name: value * 2 for name, value in moves[0].by_sleeve.items()}
    return [moves[0]._replace(by_sleeve=twice), *moves[1:]]


def _alone(right: Any, accounts: List[Any], goals: Any, *rest: Any) -> List[Any]:
    """Each account goes to the target by itself."""
    whole = sum(goals.values())
    return [
        moves._replace(
            by_sleeve={
                name: goals[name] * account.whole / whole - account.values[name]
                for name in moves.by_sleeve
            }
        )
        for account, moves in zip(accounts, right(accounts, goals, *rest))
    ]


def _taxed_turned(right: Any, gain: Decimal, value: Decimal, is_tax_free: bool) -> int:
    return right(gain, value, not is_tax_free)


OF_HOUSEHOLDS: Dict[str, Plant] = {
    "the first account moves twice as much": returns(joint_plan, "moves_of", _doubled),
    "each account to the target alone": around(joint_plan, "moves_of", _alone),
    "no cash is kept for the household": returns(
        joint_plan, "moves_of", lambda moves: [one._replace(kept_cash=ZERO) for one in moves]
    ),
    "gains where they are taxed": around(account_parts, "_sale_cost", _taxed_turned),
}


def _quantities_cut(found: Any) -> Any:
    return found._replace(quantity=Decimal(int(found.quantity)))


STATEMENT: Dict[str, Plant] = {
    "parts of shares cut": returns(flex_statement, "_position", _quantities_cut),
    "gains with the wrong sign": returns(
        flex_statement,
        "_position",
        lambda row: row._replace(unrealized_gain=row.unrealized_gain and -row.unrealized_gain),
    ),
}
OF_SERVERS: Dict[str, Plant] = {
    "server: parts of shares cut": returns(ib_sec_mcp, "_position", _quantities_cut),
    "server: half of the cash": around(
        ib_sec_mcp, "cash_of", lambda right, summary, rows, base: right(summary, rows, base) / 2
    ),
    "connector: parts of shares cut": returns(connector_portfolio, "_position", _quantities_cut),
    "connector: gains with the wrong sign": returns(
        connector_portfolio,
        "_position",
        lambda row: row._replace(unrealized_gain=row.unrealized_gain and -row.unrealized_gain),
    ),
}
