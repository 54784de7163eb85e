"""The page: one file that loads nothing, built as screen readers need it, with escaped text."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from typing import Any, Dict, Iterator, List, Optional, Tuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from portfolios import request_for
from terminal import ROOT, STATEMENTS, TESTS

from ib_portfolio.checked_plan import plan_from_statement
from ib_portfolio.core.format import shown_money
from ib_portfolio.core.plain_text import plain
from ib_portfolio.reports.html.html_frame import is_page
from ib_portfolio.reports.html.html_page import render_page

VOID = {"meta", "rect", "line", "br"}
STYLE = os.path.join(ROOT, "scripts", "ib_portfolio", "reports", "html", "page.css")


class Element:
    def __init__(self, tag: str, given: Dict[str, str], parent: Optional[Element]) -> None:
        self.tag, self.given, self.parent = tag, given, parent
        self.content: List[Element | str] = []

    def all(self, *tags: str) -> Iterator[Element]:
        for child in self.children:
            if not tags or child.tag in tags:
                yield child
            yield from child.all(*tags)

    @property
    def children(self) -> List[Element]:
        return [part for part in self.content if isinstance(part, Element)]

    @property
    def text(self) -> str:
        return "".join(part for part in self.content if isinstance(part, str))

    @property
    def words(self) -> str:
        return "".join(part if isinstance(part, str) else part.words for part in self.content)


class Tree(HTMLParser):
    """The elements of a page; a tag that is not closed, or closed twice, fails."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.place = Element("", {}, None)
        self.declared: List[str] = []
        self.feed(text)
        self.close()
        assert self.place is self.root

    def handle_decl(self, decl: str) -> None:
        self.declared.append(decl)

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"{tag} has an attribute twice"
        element = Element(tag, {name: value or "" for name, value in attrs}, self.place)
        self.place.content.append(element)
        if tag not in VOID:
            self.place = element

    def handle_startendtag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        self.handle_starttag(tag, attrs)
        assert tag in VOID

    def handle_endtag(self, tag: str) -> None:
        assert self.place.tag == tag
        self.place = self.place.parent or self.root

    def handle_data(self, data: str) -> None:
        self.place.content.append(data)


def _plan(**options: str) -> Dict[str, Any]:
    asked = {"html": "plan.html", **options}
    request = request_for("growth", statement="", sample=True, dry_run=True, options=asked)
    return plan_from_statement(request, "2026-11-20")


PLAN = _plan()
EVERYTHING = {
    **_plan(**{"explain": "", "lots": "", "tax-rate": "short=37,long=20"}),
    "warnings": ["one", "two"],
    "unfilled": [{"asset_class": "BOND", "value": "1234.00"}],
    "locked": [{"symbol": "VT", "asset_class": "STK", "value": "12.00", "reason": "locked"}],
    "cross_check": {"rows": 3, "agreeing": 2, "known": ["Known difference: x."], "unknown": []},
    "exchanges": [
        {
            "action": "BUY",
            "pair": "EUR.USD",
            "amount": "4.00",
            "currency": "EUR",
            "value": "4.33",
            "cost": "2.00",
        }
    ],
}
DOCUMENTS = [PLAN, EVERYTHING, {**PLAN, "trades": []}, {**PLAN, "holdings": []}]


@pytest.fixture(params=range(len(DOCUMENTS)))
def page(request: pytest.FixtureRequest) -> Element:
    return Tree(render_page(DOCUMENTS[request.param])).root


def _one(page: Element, tag: str) -> Element:
    found = list(page.all(tag))
    assert len(found) == 1, f"{len(found)} x {tag}"
    return found[0]


def _section(page: Element, heading: str) -> Element:
    found = [row for row in page.all("section") if _one(row, "h2").text == heading]
    assert len(found) == 1, heading
    return found[0]


def _table(page: Element, heading: str) -> List[List[str]]:
    body = _one(_section(page, heading), "tbody")
    return [[cell.words for cell in row.children] for row in body.all("tr")]


def test_it_is_a_document_with_a_language_a_title_and_headings(page: Element) -> None:
    assert _one(page, "html").given["lang"] == "en"
    assert _one(page, "title").text
    assert len(list(page.all("header"))) == len(list(page.all("main"))) == 1
    levels = [element.tag for element in page.all("h1", "h2", "h3")]
    assert levels[0] == "h1" and levels.count("h1") == 1 and len(levels) > 4
    metas = {row.given.get("name"): row.given.get("content") for row in page.all("meta")}
    assert metas["viewport"] == "width=device-width, initial-scale=1"
    assert metas["color-scheme"] == "light dark"


def test_it_loads_and_runs_nothing(page: Element) -> None:
    policy = [
        row.given["content"]
        for row in page.all("meta")
        if row.given.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert not list(page.all("script", "link", "img", "iframe", "object", "form", "a", "base"))
    for element in page.all():
        names = set(element.given)
        assert not names & {"src", "href", "srcset", "action", "style", "xlink:href"}
        assert not any(name.startswith("on") for name in names)
    style = _one(page, "style").text
    assert style and not re.search(r"url\(|@import|expression|//", style)


def test_every_table_says_what_it_is(page: Element) -> None:
    tables = list(page.all("table"))
    assert len(tables) >= 2
    for table in tables:
        assert _one(table, "caption").words.strip()
        columns = [row for row in _one(table, "thead").all("th")]
        assert columns and all(row.given["scope"] == "col" and row.text for row in columns)
        for row in _one(table, "tbody").all("tr"):
            assert [cell.tag for cell in row.children] == ["th"] + ["td"] * (len(columns) - 1)
            assert row.children[0].given["scope"] == "row"
            assert [cell.given["data-name"] for cell in row.children[1:]] == [
                column.text for column in columns[1:]
            ]


def test_every_bar_has_words_and_fits(page: Element) -> None:
    charts = list(page.all("svg"))
    assert len(charts) >= 3
    for chart in charts:
        assert chart.given["role"] == "img"
        assert re.match(r"Before \S+, after \S+, target \S+$", chart.given["aria-label"])
        for shape in chart.children:
            for name in ("width", "x1", "x2"):
                if name in shape.given:
                    assert 0 <= float(shape.given[name].rstrip("%")) <= 100


def test_the_figures_are_the_plans() -> None:
    page = Tree(render_page(PLAN)).root
    classes = _table(page, "Allocation by class")
    assert [row[0] for row in classes] == ["Stocks (STK)", "Bonds (BOND)", "Cash"]
    assert classes[0][2:] == ["58.2%$144,858.93", "75.0%$186,665.75", "75.0%", "-16.8%"]
    holdings = {row[0]: row[2:] for row in _table(page, "Allocation by holding")}
    assert holdings["VTISTK"] == ["$43,400.00", "$56,110.00", "$55,948.14"]
    assert len(holdings) == len(PLAN["holdings"])
    trades = _table(page, "Trades")
    assert trades[0][:3] == ["1. SELL T 4 1/4 11/15/34", "13,000 face", "$12,902.50"]
    assert len(trades) == len(PLAN["trades"])
    words = page.words
    for name in ("net_asset_value", "investable_value"):
        assert shown_money(PLAN[name], "USD") in words
    for figure in (*PLAN["tax"].values(), PLAN["summary"]["cash_after"]):
        assert shown_money(figure, "USD") in words
    assert "U***0001" in words and "2026-11-20" in words and "SAMPLE PORTFOLIO" in words


def test_currencies_and_trades_stand_before_the_holdings() -> None:
    headings = [row.text for row in Tree(render_page(EVERYTHING)).root.all("h2")]
    wanted = ["Warnings", "Allocation by class", "Trades", "Currencies", "Allocation by holding"]
    assert [name for name in headings if name in wanted] == wanted


def test_the_cash_of_each_currency_is_there() -> None:
    assert _table(Tree(render_page(PLAN)).root, "Currencies") == [
        ["USD", "$22,850.40", "$30,012.61", "$37,601.85", "$23.00", "$0.00", "$15,238.16"],
        ["EUR", "€4,800.00", "€8,039.27", "€3,884.50", "€10.98", "€0.00", "€8,943.79"],
    ]


def test_exchanges_stand_among_the_trades() -> None:
    path = os.path.join(TESTS, "fixtures", "situations", "euro_cash.xml")
    plan = plan_from_statement(request_for("growth", statement=path), "2026-11-23")
    text = render_page(plan)
    line = "→ Exchange: SELL EUR.USD €43,884.26 (about $47,395.00, cost $2.00)"
    assert text.index('class="trades"') < text.index(line) < text.index(">Currencies<")
    assert "after the sells and before the buys" in text and "Exchange cost, estimated" in text
    assert "Exchange cost" not in render_page(PLAN)


def test_every_percentage_and_point_is_to_a_tenth() -> None:
    words = _one(Tree(render_page(EVERYTHING)).root, "main").words
    shares = re.findall(r"(\d+(?:\.\d+)?)(?:%| points)", words)
    assert len(shares) > 20
    # The rates are as they were given.
    assert [share for share in shares if not re.fullmatch(r"\d+\.\d|37|20", share)] == []
    assert "BOND is 15.6 points over its target" in words


def test_sales_whose_lots_cannot_be_told_are_on_the_page() -> None:
    path = os.path.join(STATEMENTS, "c_messy25.xml")
    asked = {"html": "plan.html", "lots": ""}
    request = request_for("growth", statement=path, options=asked)
    document = plan_from_statement(request, "2026-11-23")
    words = Tree(render_page(document)).root.words
    assert words.count("Cannot tell which lots are taken of S 0 02/15/40, T 0 01/21/27, ") == 1
    assert words.count("Wash sale: ") == 1


def test_a_page_without_trades_says_why() -> None:
    document = {**PLAN, "trades": [], "band": {"inside": True}}
    words = Tree(render_page(document)).root.words
    assert "No trades needed: every class is inside its band." in words


def test_the_holdings_add_up_to_the_classes() -> None:
    for field, total in (("before", "current_value"), ("after", "after_value")):
        for row in PLAN["classes"]:
            found = [
                int(holding[field].replace(".", ""))
                for holding in PLAN["holdings"]
                if holding["asset_class"] == row["asset_class"]
            ]
            assert found and sum(found) == int(row[total].replace(".", ""))


def test_a_negative_value_has_no_bar_and_keeps_its_figure() -> None:
    classes = [dict(row) for row in PLAN["classes"]]
    classes[0].update(current_pct="120.5")
    classes[2].update(current_pct="-20.5", current_value="-51000.00")
    section = _section(Tree(render_page({**PLAN, "classes": classes})).root, "Allocation by class")
    widths = [
        shape.given["width"] for shape in section.all("rect") if shape.given["class"] == "before"
    ]
    assert widths[0] == "100%" and widths[2] == "0%"
    assert "-20.5%" in section.words and "-$51,000.00" in section.words


def test_everything_asked_for_is_on_the_page() -> None:
    words = Tree(render_page(EVERYTHING)).root.words
    for text in ("one", "two", "EUR.USD", "2 of 3 rows", "Known difference", "$1,234.00", "FIFO"):
        assert text in words
    for row in EVERYTHING["explained"]:
        assert row["symbol"] in words and row["reason"] in words


@settings(max_examples=60)
@given(text=st.text(min_size=1, max_size=60))
@example("<script>alert(1)</script>")
@example('"><img src=x onerror=alert(1)>')
@example("</style></title><!--")
@example("三菱ＵＦＪ")
@example("&lt;b&gt; &amp; ' \"")
@example("{title} {0} %s")
@example("\ud800\0\x1b[2J\u202e")
def test_any_text_is_only_text(text: str) -> None:
    def with_text(rows: List[Dict[str, Any]], *names: str) -> List[Dict[str, Any]]:
        return [{**row, **dict.fromkeys(names, text)} for row in rows]

    document = {
        **EVERYTHING,
        "account": text,
        "warnings": [text],
        "notes": [text],
        "heading_notes": [text],
        "holdings": with_text(EVERYTHING["holdings"], "symbol"),
        "trades": with_text(EVERYTHING["trades"], "symbol", "reason", "currency"),
        "held": with_text(EVERYTHING["held"], "symbol", "reason"),
        "checks": with_text(EVERYTHING["checks"], "name"),
    }
    page = Tree(render_page(document)).root
    assert _skeleton(page) == SKELETON
    symbols = [row[0] for row in _table(page, "Allocation by holding")]
    assert symbols[-1] == plain(text) + "CASH"


def _skeleton(page: Element) -> List[Tuple[str, Tuple[str, ...]]]:
    """Every tag with its attributes' names: what no text may change."""
    return [(element.tag, tuple(element.given)) for element in page.all()]


SKELETON = _skeleton(
    Tree(
        render_page(
            {**EVERYTHING, **{key: ["x"] for key in ("warnings", "notes", "heading_notes")}}
        )
    ).root
)


PAIRS = [("text", "paper"), ("text", "panel"), ("muted", "paper"), ("muted", "panel")]
PAIRS += [("sell", "paper"), ("buy", "paper"), ("notice-text", "notice")]
SHAPES = [("before", "paper"), ("after", "paper"), ("target", "paper")]


def _schemes() -> List[Dict[str, str]]:
    with open(STYLE, encoding="utf-8") as file:
        blocks = re.findall(r":root \{(.*?)\}", file.read(), re.DOTALL)
    schemes = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in blocks]
    assert len(schemes) == 3 and len({frozenset(scheme) for scheme in schemes}) == 1
    return schemes


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))


@pytest.mark.parametrize("scheme", _schemes(), ids=["light", "dark", "print"])
def test_contrast(scheme: Dict[str, str]) -> None:
    for pairs, least in ((PAIRS, 4.5), (SHAPES, 3.0)):
        for front, back in pairs:
            light, dark = sorted((_luminance(scheme[front]), _luminance(scheme[back])))[::-1]
            assert (light + 0.05) / (dark + 0.05) >= least, (front, back)


def test_light_dark_print_and_phones_are_thought_of() -> None:
    with open(STYLE, encoding="utf-8") as file:
        style = file.read()
    for query in ("(prefers-color-scheme: dark)", "@media print", "screen and (max-width:"):
        assert query in style
    assert "<" not in style


def test_its_own_files_are_known_again() -> None:
    text = render_page(PLAN)
    assert is_page(text)
    assert not is_page("") and not is_page(text[1:]) and not is_page("<!DOCTYPE html>\n<html>")
