"""The document of /wash-sale-check as what a person reads: sections, rows of a table, facts."""

from __future__ import annotations

from collections.abc import Iterator

from ...core.format import shown_money, shown_quantity
from ...core.messages import Ours, say
from ..document.plan_writer import shown_source
from .sections import Report, Section, Table, report_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import DocumentPart

Document = dict
_MOST_FACTS = 20


def render_wash_sales(document: Document) -> str:
    """The report in lines of at most 75 columns."""
    return report_text(wash_report(document), say("next_heading"))


def wash_report(document: Document) -> Report:
    """The report of `document` as sections."""
    losses = [_losses(document), _windows(document), _recent(document)]
    harvest = [_harvest(document)]
    sections = harvest + losses if document["harvest_first"] else losses + harvest
    sections += [warnings_section(document), checks_section(document)]
    return Report(
        title=say("wash_title"),
        facts=_facts(document),
        sections=[section for section in sections if section is not None],
        arrows=_arrows(document),
        banner=say("sample_banner") if document["source"] == "sample" else "",
    )


def _facts(document: Document) -> list[str]:
    return [tax_heading(document), say("wash_rule"), *document["heading_notes"], *document["notes"]]


def _losses(document: Document) -> Section:
    currency, totals = document["base_currency"], document["totals"]
    heading = say("wash_losses_heading")
    unclear = [row["sentence"] for row in document["unclear"]]
    if not document["losses"]:
        return Section(heading, points=unclear, notes=[say("wash_no_losses")])
    several = len(document["accounts"]) > 1
    rows = [
        (
            row["symbol"] + (f" ({row['account']})" if several else ""),
            row["sold_on"],
            shown_quantity(row["quantity"]),
            row["opened"] or "?",
            shown_money(row["loss"], currency),
            shown_money(row["disallowed"], currency),
            row["verdict"],
        )
        for row in document["losses"]
    ]
    header = ("Symbol", "Sold", "Quantity", "Lot of", "Loss", "Disallowed", "Wash sale")
    notes = [
        say(
            "wash_totals",
            losses=shown_money(totals["losses"], currency),
            disallowed=shown_money(totals["disallowed"], currency),
            allowed=shown_money(totals["allowed"], currency),
        )
    ]
    if totals["lost_for_good"] != "0.00":
        notes.append(say("wash_total_lost", amount=shown_money(totals["lost_for_good"], currency)))
    if "at_rate" in document:
        notes.append(_at_rate(document, "disallowed", "wash_rate_disallowed"))
    if document["own_wash_sales"]:
        notes.append(say("wash_own", count=document["own_wash_sales"]))
    notes.append(say("wash_never_no"))
    points = [row["sentence"] for row in document["losses"]]
    return Section(heading, Table(header, rows, right=(2, 4, 5)), [*points, *unclear], notes)


def _at_rate(document: Document, field: str, key: str) -> str:
    rate = document["at_rate"]
    amount = shown_money(rate[field], document["base_currency"])
    return say(key, rate=rate["rate_pct"], amount=amount)


def _windows(document: Document) -> Section | None:
    if not document["open_windows"]:
        return None
    points = [
        say(
            "wash_do_not_buy",
            symbol=row["symbol"],
            free=row["free_from"],
            sold=row["sold_on"],
            amount=shown_money(row["at_stake"], document["base_currency"]),
        )
        for row in document["open_windows"]
    ]
    return Section(say("wash_windows_heading"), points=points)


def _recent(document: Document) -> Section | None:
    if not document["recent_purchases"]:
        return None
    points = [
        say(
            "wash_bought_lately",
            symbol=row["symbol"],
            quantity=shown_quantity(row["quantity"]),
            day=row["bought_on"],
            account=row["account"],
            free=row["free_from"],
        )
        for row in document["recent_purchases"]
    ]
    return Section(say("wash_recent_heading"), points=points, notes=[say("wash_recent_note")])


def _harvest(document: Document) -> Section:
    heading = say("harvest_heading", day=document["as_of"])
    if not document["harvest"]:
        return Section(heading, notes=[say("harvest_none")])
    currency, totals = document["base_currency"], document["harvest_totals"]
    several = len(document["accounts"]) > 1
    rows = [
        (
            row["symbol"] + (f" ({row['account']})" if several else ""),
            row["opened"] or "?",
            shown_quantity(row["quantity"]),
            shown_money(row["loss"], currency),
            row["term"] or "?",
            row["free_from"] or "now",
        )
        for row in document["harvest"]
    ]
    header = ("Symbol", "Lot of", "Quantity", "Loss", "Term", "Free from")
    notes = [
        say(
            "harvest_totals",
            short=shown_money(totals["short"], currency),
            long=shown_money(totals["long"], currency),
        )
    ]
    if totals["unknown"] != "0.00":
        notes.append(say("harvest_unknown", amount=shown_money(totals["unknown"], currency)))
    if "at_rate" in document:
        notes.append(_at_rate(document, "harvest", "harvest_rate"))
    notes += [say("harvest_note"), say("harvest_after", free=document["harvest_again"])]
    table = Table(header, rows, right=(2, 3))
    return Section(heading, table, list(_harvest_points(document)), notes)


def _harvest_points(document: Document) -> Iterator[str]:
    """What stands in the way, when lots turn long-term, and funds of the same class."""
    said = set()
    for row in document["harvest"]:
        for part in row["obstacles"]:
            sentence = say(
                "harvest_obstacle",
                symbol=row["symbol"],
                quantity=shown_quantity(part["quantity"]),
                day=part["bought_on"],
                account=part["account"],
                free=part["free_from"],
            )
            if sentence not in said:
                said.add(sentence)
                yield sentence
    for row in document["harvest"]:
        if row["long_from"]:
            yield say(
                "harvest_turns_long",
                symbol=row["symbol"],
                opened=row["opened"],
                day=row["long_from"],
            )
    for row in document["alternatives"]:
        kind = say(f"fund_kind.{row['class'].partition(':')[0]}")
        key = "harvest_alternative_held" if row["held"] else "harvest_alternative"
        held = {"held": Ours(", ".join(row["held"]))} if row["held"] else {}
        yield say(key, symbol=row["symbol"], kind=kind, others=row["others"], **held)


def tax_heading(document: Document) -> str:
    """The accounts, the period and the source of the document."""
    return say(
        "tax_heading",
        accounts=", ".join(document["accounts"]),
        first=document["from"],
        last=document["to"],
        source=shown_source(document),
    )


def warnings_section(document: Document) -> Section:
    """What the reader must know before acting, "None" where there is nothing."""
    return Section(say("tax_warnings"), points=document["warnings"] or [say("none")])


def checks_section(document: Document) -> Section | None:
    """How many checks passed and their names, None without any."""
    checks = document["checks"]
    if not checks:
        return None
    passed = sum(row["passed"] for row in checks)
    names = Ours(", ".join(row["name"] for row in checks))
    return Section(say("checks_named", passed=passed, total=len(checks), names=names))


def _arrows(document: Document) -> list[str]:
    arrows = [say("next_tax_report")]
    if document["harvest"]:
        arrows.insert(0, say("next_lots"))
    return arrows


def wash_rows(document: Document) -> list[dict[str, str]]:
    """Every row behind the report, for the table."""
    found = []
    base = document["base_currency"]
    for row in document["losses"]:
        common = {"account": row["account"], "symbol": row["symbol"], "base_currency": base}
        found.append(
            {
                **common,
                "section": "loss",
                "date": row["sold_on"],
                "quantity": row["quantity"],
                "opened": row["opened"],
                "term": row["term"],
                "base_amount": f"-{row['loss']}",
                "text": row["sentence"],
            }
        )
        found += [
            {
                **common,
                "section": "disallowed",
                "account": part["account"],
                "date": part["bought_on"],
                "quantity": part["quantity"],
                "held_since": part["held_since"],
                "base_amount": part["disallowed"],
            }
            for part in row["replacements"]
        ]
    for row in document["harvest"]:
        found.append(
            {
                "section": "open loss",
                "account": row["account"],
                "symbol": row["symbol"],
                "quantity": row["quantity"],
                "opened": row["opened"],
                "term": row["term"],
                "base_amount": f"-{row['loss']}",
                "base_currency": base,
                "text": row["free_from"],
            }
        )
    return found


def wash_facts(document: Document) -> str:
    """What a model is told: figures for later questions, a line each."""
    currency, totals = document["base_currency"], document["totals"]
    lines = [*_facts(document)]
    lines += [_fact(row) for row in document["losses"][:_MOST_FACTS]]
    lines.append(
        say(
            "wash_totals",
            losses=shown_money(totals["losses"], currency),
            disallowed=shown_money(totals["disallowed"], currency),
            allowed=shown_money(totals["allowed"], currency),
        )
    )
    for section in (_windows(document), _recent(document)):
        lines += section.points if section else []
    lines += [
        say(
            "harvest_fact",
            symbol=row["symbol"],
            opened=row["opened"] or "?",
            quantity=shown_quantity(row["quantity"]),
            loss=shown_money(row["loss"], currency),
            term=row["term"] or "?",
            free=row["free_from"] or "now",
        )
        for row in document["harvest"][:_MOST_FACTS]
    ]
    return "\n".join([*lines, *document["warnings"]])


def _fact(row: DocumentPart) -> str:
    return f"{row['sentence']} ({row['opened'] or '?'}, {row['loss']})"
