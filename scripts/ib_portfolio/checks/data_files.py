"""The library's data, as the checks read it."""

from __future__ import annotations

import json
import os

LIBRARY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def read_data(path: str) -> dict:
    """The JSON object in a data file of the library, as "market/fees.json"."""
    with open(os.path.join(LIBRARY, *path.split("/")), encoding="utf-8") as file:
        return json.load(file)
