"""Sections that the review and the strategy of a household both have."""

from __future__ import annotations

from collections.abc import Sequence

from ....core.format import shown_money, shown_percent
from ....core.messages import say
from ..review_actions import short_list
from ..section_parts import cut
from ..sections import Block, Section, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ....core.reviews.household_review_document import AccountLoss, HouseholdReview
    from ....core.reviews.household_strategy_document import HouseholdStrategy
    from ....core.reviews.review_document import ReviewDocument
    from ....core.reviews.strategy_document import StrategyDocument

_TITLES = (say("review_title"), say("strategy_title"))


def household_heading(household: HouseholdReview | HouseholdStrategy, title: str) -> Section:
    """The first section: which accounts, of when, from where."""
    banner = (say("sample_banner"),) if household["source"] == "sample" else ()
    source = say(
        "household_source",
        accounts=short_list([row["account"] for row in household["members"]]),
        as_of=household["as_of"] or "unknown",
        source=household["shown_source"],
    )
    lines = (source, say("review_nothing_sent"), *household["heading_notes"])
    return Section("", (*banner, title, *lines))


def accounts_section(household: HouseholdReview | HouseholdStrategy, most: int) -> Section:
    """Each account in a line, `most` above 0 of them; whether they are added up."""
    rows = tuple(
        (
            row["account"],
            say(f"household_type.{row['retirement']}"),
            shown_money(row["net_asset_value"], row["base_currency"]),
            shown_money(row["cash"], row["base_currency"]),
            str(row["trades"]),
        )
        for row in household["members"]
    )
    header = ("Account", "Type", "Net asset value", "Cash", "Orders")
    table = Table(header, cut(rows, most), right=(2, 3, 4))
    if household["base_currency"]:
        whole = shown_money(household["net_asset_value"] or "0", household["base_currency"])
        note = f"{say('household_whole', value=whole)} {say('household_note')}"
    else:
        note = say("household_currencies")
    return Section(say("household_heading.accounts"), (table, note))


def losses_table(rows: Sequence[AccountLoss], base: str, most: int) -> tuple[Block, ...]:
    """The losses with their accounts and what selling costs of each; nothing for none."""
    if not rows:
        return ()
    cells = tuple(
        (
            row["symbol"],
            row["account"],
            shown_money(row["total"], base),
            shown_money(row["cost"], base),
            shown_percent(row["cost_pct"]),
            row["free_from"] if row["purchases_told"] else say("not_told"),
        )
        for row in rows
    )
    header = ("Loss", "Account", "Together", "Cost", "of it", "Free from")
    table = Table(header, cut(cells, most), right=(2, 3, 4), flexible=(0,))
    return table, say("household_losses_note")


def of_account(
    document: ReviewDocument | StrategyDocument,
    sections: Sequence[Section],
    said: Sequence[str],
) -> list[Section]:
    """An account's own sections behind the household's: its name above, without the next steps.

    Lines of its heading that the household has `said` are left out.
    """
    first, *rest = sections
    once = (*said, say("review_nothing_sent"), say("sample_banner"), *_TITLES)
    lines = tuple(line for line in first.blocks if line not in once)
    return [Section(say("household_account", account=document["account"]), lines), *rest[:-1]]
