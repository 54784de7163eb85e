"""What the checks of reviews and strategies notice in statements at boundaries.

A row tells how many changes of each document each check notices, of how many.
"""

from __future__ import annotations

import os
import tempfile
from typing import Iterator

from answer_table import AnswerTable, Asked, answers_of
from check_taxes import noticed, xml_of
from checked_documents import STORIES, recorded

from ib_portfolio.core.messages import Refusal
from ib_portfolio.request.review_request import read_review_text

DOORS = ("check_review", "check_strategy", "check_household", "check_household_strategy")
TODAY = "2026-11-20"


def _review(given: str) -> Iterator[str]:
    """`growth --band 5: rows | rows`: accounts between bars, all of them reviewed."""
    words, _, told = given.partition(": ")
    accounts = told.split(" | ")
    inner = "".join(xml_of(f"U{place}23456{place}", rows) for place, rows in enumerate(accounts, 1))
    several = " --account all" if accounts[1:] else ""
    with tempfile.TemporaryDirectory() as folder, recorded() as made:
        path = os.path.join(folder, "flex.xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"<FlexQueryResponse><FlexStatements>{inner}</FlexStatements>")
            file.write("</FlexQueryResponse>")
        for story in STORIES:
            typed = f"{words} --statement {path}{several}"
            try:
                story(read_review_text("investment-strategy", typed), TODAY)
            except Refusal as refusal:
                yield f"{refusal.key} {refusal}" if "check" in refusal.key else refusal.key
    for one in {one.door: one for one in made if one.door in DOORS}.values():
        yield f"{one.door} {noticed(one)}"


ASKED: Asked = {"review": _review}
TABLE = AnswerTable("check_reviews.tsv", answers_of(ASKED))
