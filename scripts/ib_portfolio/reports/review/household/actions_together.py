"""What can be done in all accounts of a household, the largest figure first, each with its account.

The limit of one company is that of the household: what is much of one account may be little of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ....analysis.household_review import Together
from ....core.format import money, percent, shown_money, shown_points
from ....core.messages import say
from ....core.numbers import to_cents
from ....core.plain_text import plain
from ..review_actions import MOST_OF_ONE_ISSUER, short_list
from .members import Member

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ....core.reviews.household_review_document import AccountAction


def actions_together(members: Sequence[Member], together: Together) -> list[AccountAction]:
    """The actions of all accounts by figure, of equal figures the cheaper first."""
    rows = [*_of_accounts(members), *_issuers(members, together)]
    rows.sort(
        key=lambda row: (
            -Decimal(row["figure"]),
            Decimal(row["cost"]),
            row["kind"],
            row["accounts"],
            row["sentence"],
        )
    )
    return [{**row, "rank": place} for place, row in enumerate(rows, 1)]


def _of_accounts(members: Sequence[Member]) -> Iterator[AccountAction]:
    for member in members:
        for row in member.document["actions"]:
            if row["kind"] != "issuer":
                yield {**row, "accounts": [plain(member.account)]}


def _issuers(members: Sequence[Member], together: Together) -> Iterator[AccountAction]:
    """What the household holds of one company beyond the limit, sold where most of it is."""
    whole = together.net_asset_value
    base = members[0].review.portfolio.base_currency
    owners = {
        id(position): member for member in members for position in member.review.portfolio.positions
    }
    for share in together.concentration.issuers:
        over = share.value - whole * MOST_OF_ONE_ISSUER / 100
        if to_cents(over) <= 0:
            continue
        largest = max(share.positions, key=lambda row: row.value)
        count = min(over / largest.unit_value, largest.quantity)
        symbols = list(dict.fromkeys(row.symbol for row in share.positions))
        accounts = {owners[id(row)].account for row in share.positions}
        yield {
            "rank": 0,
            "kind": "issuer",
            "accounts": sorted(plain(account) for account in accounts),
            "figure": money(over),
            "cost": money(owners[id(largest)].review.sale_cost(largest, count)),
            "sentence": say(
                "action.issuer",
                symbols=short_list(symbols),
                percent=shown_points(percent(share.value, whole)),
                most=MOST_OF_ONE_ISSUER,
                over=shown_money(money(over), base),
            ),
            "command": say("by_hand"),
        }
