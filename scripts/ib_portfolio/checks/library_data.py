"""The library's data files, as the checks read them: by code of their own, from the same facts."""

from __future__ import annotations

import json
import os
from functools import cache

_LIBRARY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@cache
def read_data(path: str) -> dict:
    """The JSON object in a data file of the library, as "market/fees.json"; not to be changed."""
    with open(os.path.join(_LIBRARY, *path.split("/")), encoding="utf-8") as file:
        return json.load(file)
