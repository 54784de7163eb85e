"""The statement that a command works on when none is named: the newest that was fetched."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import TypeVar

from .core.messages import Usage
from .core.private.data_folder import client_data_folder
from .request.fetch_settings import FetchSettings, fetch_settings
from .request.request import Request
from .request.tax_request import TaxRequest

Asked = TypeVar("Asked", Request, TaxRequest)


def with_fetched(
    request: Asked,
    data: str,
    settings: FetchSettings,
    now: float | None = None,
) -> Asked:
    """`request` on the newest fetched statement of the data folder `data`, where it names none.

    Where it asks for a year, on the one fetched for that year, if there is one. As it is where
    there is none, or only one that is older than the settings keep it; `now` is in seconds since
    1970. Refusal where the file is no longer what was fetched.
    """
    if request.statement or request.sample or not os.path.isdir(os.path.join(data, "statements")):
        return request
    from .sources.flex_web_service.kept_statements import (
        local_time,
        newest_statement,
        verified_path,
    )

    moment = time.time() if now is None else now
    year = request.year if isinstance(request, TaxRequest) and request.year.isdigit() else ""
    kept = newest_statement(data, settings.days, moment, year) if year else None
    kept = kept or newest_statement(data, settings.days, moment)
    if kept is None:
        return request
    path = verified_path(data, kept)
    return request._replace(statement=path, fetched=local_time(kept.fetched))


def terminal_source(request: Asked, environ: Mapping[str, str]) -> Asked:
    """`request` of a terminal on the newest fetched statement, where it names none.

    Usage where there is none either; Refusal where the file is no longer what was fetched.
    """
    found = with_fetched(request, client_data_folder(environ), fetch_settings(environ))
    if not (found.statement or found.sample):
        raise Usage("source_missing")
    return found


def forget_old_statements(data: str, settings: FetchSettings) -> None:
    """Removes the fetched statements that are older than the settings keep them.

    OSError where the folder cannot be written, Usage where the setting cannot be read.
    """
    if os.path.isdir(os.path.join(data, "statements")):
        from .sources.flex_web_service.kept_statements import sweep

        sweep(data, settings.days, time.time())
