"""The folders in which ib-sec-mcp was recorded, statements where the server looks for them."""

from __future__ import annotations

import os
import shutil

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "fixtures")
CREDENTIALS = {"QUERY_ID": "111111", "TOKEN": "2" * 24}
WITHOUT_FOLDER = ("x_no_data_dir", "y_fake_credentials_no_network")
NOT_XML = "<html><body>not a statement"


def statement_of(case: str) -> str | None:
    """Returns the path of a case's statement, or None when the case has none."""
    path = os.path.join(FIXTURES, "statements", f"{case}.xml")
    return path if os.path.exists(path) else None


def credentials_of(case: str) -> dict:
    """Returns the environment a case was recorded with: made-up credentials, or none."""
    return CREDENTIALS if case.startswith("y_") else {}


def lay_out(case: str, folder: str, start: str, end: str) -> None:
    """Fills data/raw below folder; start and end are the ISO dates in the statement's file name."""
    if case in WITHOUT_FOLDER:
        return
    raw = os.path.join(str(folder), "data", "raw")
    os.makedirs(raw)
    path = os.path.join(raw, f"U1234567_{start}_{end}.xml")
    if statement_of(case):
        shutil.copyfile(statement_of(case), path)
    elif case == "x_not_xml":
        with open(path, "w", encoding="utf-8") as file:
            file.write(NOT_XML)
    elif case != "x_empty_raw":
        raise LookupError(f"no such case: {case}")
