"""The library's data files, as the checks read them: by code of their own, from the same facts."""

from __future__ import annotations

import os
from functools import cache

from ..core.json_file import read_json_file

LIBRARY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@cache
def read_data(path: str) -> dict:
    """The JSON object in a data file of the library, as "market/fees.json"; not to be changed."""
    return read_json_file(os.path.join(LIBRARY, *path.split("/")))
