"""The strategy of a household as sections: all accounts together, then each of them."""

from __future__ import annotations

from ....core.format import shown_money
from ....core.messages import Ours, say
from ..next_steps import household_strategy_steps
from ..section_parts import checks_section, cut, points, warnings_section
from ..sections import Block, Section, Table
from ..strategy_sections import (
    before_after_section,
    horizon_line,
    horizons_section,
    strategy_sections,
    watch_section,
)
from .household_parts import accounts_section, household_heading, losses_table, of_account

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ....core.reviews.household_strategy_document import (
        ClashRow,
        HouseholdStrategy,
        HouseholdStrategyDocument,
        StageTogether,
    )


def household_strategy_sections(
    document: HouseholdStrategyDocument, most: int = 0
) -> list[Section]:
    """The household's sections, those of each account, and the next steps of all.

    With `most` above 0 the household's alone, every list with as many rows at most.
    """
    household = document["household"]
    added_up = bool(household["base_currency"])
    first = household_heading(
        household, say("household_strategy_title", count=len(household["members"]))
    )
    sections = [
        Section("", (*first.blocks, horizon_line(household))),
        accounts_section(household, most),
        *((before_after_section(household),) if added_up else ()),
        _orders(household, most),
        _clashes(household, most),
        *(_stage(household, stage, most) for stage in household["stages"]),
        *((watch_section(household), horizons_section(household)) if added_up else ()),
        Section(say("review_heading.notes"), points(household["notes"], most)),
        warnings_section(household["warnings"], most),
        checks_section(household),
    ]
    steps = Section("=== NEXT STEPS ===", tuple(household_strategy_steps(household)))
    if most:
        return [*sections, Section("", (say("household_cut"),)), steps]
    for one in document["accounts"]:
        sections += of_account(one, strategy_sections(one), household["heading_notes"])
    return [*sections, steps]


def _orders(household: HouseholdStrategy, most: int) -> Section:
    rows = []
    for row in household["orders"]:
        base, short, long = row["base_currency"], row["short"], row["long"]
        rows.append(
            (
                row["account"],
                str(row["orders"]),
                shown_money(row["sells"], base),
                shown_money(row["buys"], base),
                "" if short is None else shown_money(short, base),
                "" if long is None else shown_money(long, base),
            )
        )
    header = ("Account", "Orders", "Sells", "Buys", "Short", "Long")
    table = Table(header, cut(rows, most), right=(1, 2, 3, 4, 5))
    return Section(say("household_heading.orders"), (table, say("household_orders_note")))


def _clashes(household: HouseholdStrategy, most: int) -> Section:
    """The sales at a loss that a purchase in another account spoils; nothing for none."""
    sentences = [_clash(row) for row in household["clashes"]]
    blocks: tuple[Block, ...] = points(sentences, most)
    blocks += (say("household_clash_note"),) if sentences else ()
    return Section(say("household_heading.clashes"), blocks)


def _clash(row: ClashRow) -> str:
    sentence = say(
        "household_clash_bought" if row["bought_on"] else "household_clash_planned",
        account=row["account"],
        symbol=row["symbol"],
        loss=shown_money(row["loss"].lstrip("-"), row["currency"]),
        buyer=row["buyer"],
        day=row["bought_on"],
    )
    if row["lost_for_good"]:
        sentence += " " + say("household_clash_lost", buyer=row["buyer"])
    return sentence


def _stage(household: HouseholdStrategy, stage: StageTogether, most: int) -> Section:
    sentences = [
        say("household_of", account=step["account"], text=Ours(step["sentence"]))
        for step in stage["steps"]
    ]
    blocks: tuple[Block, ...] = points(sentences or (say("stage_nothing"),), most)
    if stage["stage"] == "year_end" and household["base_currency"]:
        blocks = (*losses_table(household["losses"], household["base_currency"], most), *blocks)
    return Section(say(f"stage.{stage['stage']}"), blocks)
