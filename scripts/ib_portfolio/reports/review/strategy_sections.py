"""The strategy as sections of its report; every figure is one of its document."""

from __future__ import annotations

from collections.abc import Callable

from ...core.asset_classes import CLASS_LABELS
from ...core.format import shown_money, shown_percent, shown_quantity
from ...core.messages import Ours, say
from .next_steps import strategy_steps
from .section_parts import (
    checks_section,
    cut,
    heading,
    is_part_of_household,
    points,
    warnings_section,
)
from .sections import Block, Section, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.reviews.household_strategy_document import HouseholdStrategy
    from ...core.reviews.strategy_document import LotOrder, StrategyDocument


def strategy_sections(document: StrategyDocument, most: int = 0) -> list[Section]:
    """The report's sections in their order; with `most` above 0 as many rows a list at most."""
    return [
        _heading(document),
        before_after_section(document),
        *(_stage(document, place, most) for place, _ in enumerate(document["stages"])),
        # The bands are those of all accounts together.
        *(() if is_part_of_household(document) else (watch_section(document),)),
        horizons_section(document),
        Section(say("review_heading.notes"), points(document["notes"], 0)),
        warnings_section(document["warnings"], most),
        checks_section(document),
        Section("=== NEXT STEPS ===", tuple(strategy_steps(document))),
    ]


def _heading(document: StrategyDocument) -> Section:
    first = heading(document, say("strategy_title"))
    return Section("", (*first.blocks, horizon_line(document)))


def horizon_line(document: StrategyDocument | HouseholdStrategy) -> str:
    """The profile and the horizon."""
    until = document["until"]
    key = "strategy_horizon" if until else "strategy_horizon_open"
    return say(key, profile=document["profile"], horizon=document["horizon"], until=until)


def before_after_section(document: StrategyDocument | HouseholdStrategy) -> Section:
    """The figures before and after the orders."""
    base = document["base_currency"] or ""
    shown: dict[str, Callable[[str], str]] = {
        "percent": shown_percent,
        "money": lambda figure: shown_money(figure, base),
    }
    rows = tuple(
        (
            CLASS_LABELS.get(row["name"]) or say(f"strategy_figure.{row['name']}"),
            *(
                say("not_told") if row[side] is None else shown[row["unit"]](row[side])
                for side in ("before", "after")
            ),
        )
        for row in document["before_after"]
    )
    table = Table(("", "Before", "After"), rows, right=(1, 2), flexible=(0,))
    return Section(say("strategy_heading.before_after"), (table,))


def _stage(document: StrategyDocument, place: int, most: int) -> Section:
    stage = document["stages"][place]
    sentences = [step["sentence"] for step in stage["steps"]] or [say("stage_nothing")]
    blocks: tuple[Block, ...] = points(sentences, most)
    if stage["stage"] == "month" and document["orders"]:
        blocks = (_orders(document, most), *blocks)
    return Section(say(f"stage.{stage['stage']}"), blocks)


def _orders(document: StrategyDocument, most: int) -> Table:
    base = document["base_currency"]
    rows = [_order(row, base) for row in document["orders"]]
    header = ("#", "Action", "Symbol", "Amount", "Quantity", "Short", "Long")
    return Table(header, cut(rows, most), right=(0, 3, 4, 5, 6), flexible=(2,))


def _order(row: LotOrder, base: str) -> tuple[str, ...]:
    short, long = row["short"], row["long"]
    return (
        str(row["priority"]),
        row["action"],
        row["symbol"],
        shown_money(row["amount"], base),
        shown_quantity(row["quantity"]),
        "" if short is None else shown_money(short, base),
        "" if long is None else shown_money(long, base),
    )


def watch_section(document: StrategyDocument | HouseholdStrategy) -> Section:
    """The shares of the classes at which an order is due."""
    rows = tuple(
        (
            CLASS_LABELS[row["asset_class"]],
            shown_percent(row["now_pct"]),
            f"{row['low_pct']}%",
            f"{row['high_pct']}%",
        )
        for row in document["watch"]
    )
    table = Table(("Class", "Now", "Order due below", "or above"), rows, right=(1, 2, 3))
    return Section(
        say("strategy_heading.watch"),
        (table, say("strategy_watch_note", words=Ours(document["account_options"]))),
    )


def horizons_section(document: StrategyDocument | HouseholdStrategy) -> Section:
    """What each horizon means for the bonds that are held."""
    base = document["base_currency"] or ""
    rows = tuple(
        (
            row["horizon"],
            row["until"] or say("strategy_no_end"),
            str(row["bonds"]),
            shown_money(row["value"], base),
            shown_money(row["higher"], base),
        )
        for row in document["horizons"]
    )
    header = ("Horizon", "Until", "Bonds beyond it", "Value", "+1 point")
    table = Table(header, rows, right=(2, 3, 4))
    return Section(say("strategy_heading.horizons"), (table, say("strategy_horizons_note")))
