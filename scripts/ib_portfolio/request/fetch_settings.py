"""The settings of fetching: token, query id and how long a statement is kept.

They are no options of a plan, so that no secret is ever among what a plan repeats.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..core.messages import Usage
from ..core.numbers import parse_decimal
from ..core.record import Record

TOKEN, QUERY_ID, KEEP_DAYS = "flex_token", "flex_query_id", "keep_days"
NAMES = (TOKEN, QUERY_ID, KEEP_DAYS)
DEFAULT_DAYS = 7
_MOST_DAYS = 3_660


class FetchSettings(Record):
    """The three as they are set, "" for what is not. Printing them shows no secret."""

    token: str = ""
    query_id: str = ""
    keep_days: str = ""

    def __repr__(self) -> str:
        return "FetchSettings(***)"

    __str__ = __repr__

    @property
    def days(self) -> int:
        """How many days a fetched statement is kept, 7 unless set; Usage for no whole number."""
        text = self.keep_days
        number = parse_decimal(text) if text else None
        if not text or number == 0:
            return DEFAULT_DAYS
        if number is None or number != int(number) or not 0 < number <= _MOST_DAYS:
            wanted = f"1-{_MOST_DAYS}"
            raise Usage("bad_value", option=KEEP_DAYS, value=text, wanted=wanted)
        return int(number)


NOT_SET = FetchSettings()


def fetch_settings(environ: Mapping[str, str]) -> FetchSettings:
    """The settings in an environment: as the client gives them to its hooks, else a terminal's.

    The client's are CLAUDE_PLUGIN_OPTION_FLEX_TOKEN and so on; a terminal's FLEX_TOKEN and so on.
    """
    found = []
    for name in NAMES:
        own = environ.get(f"CLAUDE_PLUGIN_OPTION_{name.upper()}", "")
        found.append((own or environ.get(name.upper(), "")).strip())
    return FetchSettings(*found)
