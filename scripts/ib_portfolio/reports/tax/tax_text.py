"""The document of /tax-report as what a person reads: sections, rows of a table, facts."""

from __future__ import annotations

from ...core.format import shown_money, shown_quantity
from ...core.messages import say
from .sections import Report, Section, Table, report_text
from .wash_text import checks_section, tax_heading, warnings_section

Document = dict
_TERMS = ("short", "long", "not_split")
_MOST_LOTS = 200


def render_taxes(document: Document) -> str:
    """The report in lines of at most 75 columns."""
    return report_text(tax_sections(document), say("next_heading"))


def tax_sections(document: Document) -> Report:
    """The report of `document` as sections."""
    sections = [
        _gains(document),
        _lots(document),
        _income(document),
        _withheld(document),
        _discounts(document),
        _wash(document),
        _compared(document),
        warnings_section(document),
        checks_section(document),
    ]
    return Report(
        title=say("tax_title", year=document["label"]),
        facts=_facts(document),
        sections=[section for section in sections if section is not None],
        arrows=[say("next_wash_sale"), say("next_save")],
        banner=say("sample_banner") if document["source"] == "sample" else "",
    )


def _facts(document: Document) -> list[str]:
    facts = [tax_heading(document), say("tax_rule", currency=document["base_currency"])]
    return [*facts, *document["heading_notes"], *document["notes"]]


def _gains(document: Document) -> Section:
    gains, currency = document["gains"], document["base_currency"]
    rows = [
        (
            say(f"term.{term}"),
            *(shown_money(gains["totals"][term][name], currency) for name in ("gains", "losses")),
            shown_money(gains["totals"][term]["net"], currency),
        )
        for term in _TERMS
        if term != "not_split"
        or gains["totals"][term]["gains"] != "0.00"
        or gains["totals"][term]["losses"] != "0.00"
    ]
    rows.append((say("term.all"), "", "", shown_money(gains["net"], currency)))
    notes = [say("tax_method")]
    foreign = [row for row in gains["by_currency"] if row["currency"] != currency]
    for row in foreign:
        local = (shown_money(row[term], row["currency"]) for term in _TERMS)
        short, long, other = local
        notes.append(
            say("tax_in_currency", currency=row["currency"], short=short, long=long, other=other)
        )
    if gains["of_currencies"] != "0.00":
        amount = shown_money(gains["of_currencies"], currency)
        notes.append(say("tax_of_currencies", amount=amount))
    costs = document["costs"]
    notes.append(
        say(
            "tax_costs",
            commissions=shown_money(costs["commissions"], currency),
            taxes=shown_money(costs["taxes"], currency),
        )
    )
    table = Table(("Term", "Gains", "Losses", "Net"), rows, right=(1, 2, 3))
    return Section(say("tax_gains_heading"), table, notes=notes)


def _lots(document: Document) -> Section | None:
    lots, currency = document["gains"]["lots"], document["base_currency"]
    if not lots:
        return None
    rows = [
        (
            row["symbol"],
            row["opened"] or "?",
            row["closed"],
            shown_quantity(row["quantity"]),
            say(f"term_short.{row['term']}"),
            shown_money(row["gain_base"], currency),
        )
        for row in lots[:_MOST_LOTS]
    ]
    header = ("Symbol", "Opened", "Closed", "Quantity", "Term", "Gain")
    notes = []
    if len(lots) > len(rows):
        notes.append(say("tax_more_lots", left=len(lots) - len(rows)))
    return Section(say("tax_lots_heading"), Table(header, rows, right=(3, 5)), notes=notes)


def _income(document: Document) -> Section:
    heading, currency = say("tax_income_heading"), document["base_currency"]
    if not document["cash"]:
        return Section(heading, notes=[say("tax_no_income")])
    rows = [
        (
            say(f"cash_kind.{row['kind']}"),
            row["currency"],
            shown_money(row["amount"], row["currency"]),
            shown_money(row["base"], currency),
        )
        for row in document["cash"]
    ]
    header = ("Kind", "In", "Amount", f"In {currency}")
    others = sorted({row["type"] for row in document["payments"] if row["kind"] == "other"})
    notes = [say("tax_other_kinds", kinds=", ".join(others))] if others else []
    if document["left_out"]:
        notes.append(say("tax_moved", count=document["left_out"]))
    return Section(heading, Table(header, rows, right=(2, 3)), notes=notes)


def _withheld(document: Document) -> Section | None:
    if not document["withheld"]:
        return None
    currency = document["base_currency"]
    rows = [
        (row["country"] or "?", shown_money(row["base"], currency)) for row in document["withheld"]
    ]
    return Section(say("tax_withheld_heading"), Table(("Country", "Withheld"), rows, right=(1,)))


def _discounts(document: Document) -> Section | None:
    if not document["discounts"]:
        return None
    currency = document["base_currency"]
    rows = [
        (
            row["symbol"],
            shown_quantity(row["face"]),
            row["opened"],
            f"{row['yield_pct']}%",
            shown_money(row["accrued"], currency),
        )
        for row in document["discounts"]
    ]
    header = ("Symbol", "Face", "Bought", "Yield", "Accrued")
    total = shown_money(document["discount_total"], currency)
    notes = [say("tax_discount_note", total=total)]
    return Section(say("tax_discount_heading"), Table(header, rows, right=(1, 3, 4)), notes=notes)


def _wash(document: Document) -> Section:
    wash, currency = document["wash_sales"], document["base_currency"]
    if not wash["sales"]:
        return Section(say("tax_wash_heading"), notes=[say("wash_no_losses")])
    disallowed = wash["disallowed"]
    notes = [
        say(
            "tax_wash",
            sales=wash["sales"],
            yes=wash["yes"],
            possible=wash["possible"],
            cannot=wash["cannot_tell"],
        ),
        say(
            "tax_wash_amounts",
            **{term: shown_money(disallowed[term], currency) for term in _TERMS},
        ),
    ]
    return Section(say("tax_wash_heading"), notes=notes)


def _compared(document: Document) -> Section:
    rows, heading = document["compared"], say("tax_compared_heading")
    if not rows:
        return Section(heading, notes=[say("tax_nothing_compared")])
    points = [
        say(
            "tax_differs",
            what=row["what"],
            ours=shown_money(row["ours"], row["currency"]),
            ibkr=shown_money(row["ibkr"], row["currency"]),
            difference=shown_money(row["difference"], row["currency"]),
        )
        for row in rows
        if not row["agrees"]
    ]
    agreeing = sum(row["agrees"] for row in rows)
    return Section(
        heading, points=points, notes=[say("tax_agrees", agreeing=agreeing, total=len(rows))]
    )


def tax_rows(document: Document) -> list[dict[str, str]]:
    """Every lot, payment and accrual, for the table."""
    base = document["base_currency"]
    found = [
        {
            "section": "gain",
            "account": row["account"],
            "date": row["closed"],
            "symbol": row["symbol"],
            "isin": row["isin"],
            "currency": row["currency"],
            "quantity": row["quantity"],
            "opened": row["opened"],
            "held_since": row["held_since"],
            "term": row["term"],
            "amount": row["gain"],
            "base_amount": row["gain_base"],
            "base_currency": base,
        }
        for row in document["gains"]["lots"]
    ]
    found += [
        {
            "section": row["kind"],
            "account": row["account"],
            "date": row["date"],
            "symbol": row["symbol"],
            "isin": row["isin"],
            "country": row["country"],
            "currency": row["currency"],
            "amount": row["amount"],
            "base_amount": row["base"],
            "base_currency": base,
            "text": row["description"],
        }
        for row in document["payments"]
    ]
    found += [
        {
            "section": "discount (estimate)",
            "date": row["to"],
            "symbol": row["symbol"],
            "quantity": row["face"],
            "opened": row["opened"],
            "base_amount": row["accrued"],
            "base_currency": base,
        }
        for row in document["discounts"]
    ]
    return found


def tax_facts(document: Document) -> str:
    """What a model is told: figures for later questions, a line each."""
    currency, gains = document["base_currency"], document["gains"]
    lines = _facts(document)
    for term in _TERMS:
        total = gains["totals"][term]
        lines.append(
            say(
                "tax_fact_gains",
                term=say(f"term.{term}"),
                gains=shown_money(total["gains"], currency),
                losses=shown_money(total["losses"], currency),
                net=shown_money(total["net"], currency),
            )
        )
    lines += [
        say(
            "tax_fact_cash",
            kind=say(f"cash_kind.{kind}"),
            amount=shown_money(amount, currency),
        )
        for kind, amount in document["cash_totals"].items()
        if amount != "0.00"
    ]
    lines += [
        say(
            "tax_fact_withheld",
            country=row["country"] or "?",
            amount=shown_money(row["base"], currency),
        )
        for row in document["withheld"]
    ]
    wash, compared = _wash(document), _compared(document)
    return "\n".join([*lines, *wash.notes, *compared.points, *document["warnings"]])
