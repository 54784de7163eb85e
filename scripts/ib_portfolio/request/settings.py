"""The plugin's settings under what was typed. The only place that decides between the two."""

from __future__ import annotations

from collections.abc import Mapping

from ..core.messages import Refusal
from ..core.plain_text import normalized
from .options import load_rows
from .request import Request


def with_settings(request: Request, settings: Mapping[str, str]) -> Request:
    """`request` with each of `settings` (name -> text, those that are set) under its option's name.

    What is typed comes first; lists that add up, such as locks, are joined. A statement that is
    set counts only when neither one nor the sample is typed. Names of no setting are left out.
    Refusal("drafts_off") for a draft where the settings allow none.
    """
    if not settings:
        return request
    rows = load_rows()
    values = {
        name: settings[row["setting"]] if "endings" in row else normalized(settings[row["setting"]])
        for name, row in rows.items()
        if row.get("setting") in settings
    }
    request = request._replace(private=values.pop("private", "") != "" or request.private)
    request = request._replace(source=request.source or values.get("source", ""))
    values.pop("source", "")
    if values.pop("no_drafts", "") and request.draft:
        raise Refusal("drafts_off")
    statement = values.pop("statement", "")
    if not (request.statement or request.sample):
        request = request._replace(statement=statement)
    typed = request.options
    added = {
        name: value
        for name, value in values.items()
        if name not in typed or rows[name].get("adds_up")
    }
    joined = {name: f"{typed[name]},{added[name]}" for name in added if name in typed}
    return request._replace(options={**typed, **added, **joined}, settings=added)
