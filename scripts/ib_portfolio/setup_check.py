"""The story of `/mcp-status`: one page that says what works, what is missing, and what cures it.

It opens no connection and changes nothing. No secret is in it: of the token only whether it is set.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping

from .core.messages import Ours, Refusal, say
from .core.plain_text import plain
from .core.record import Record
from .fetched_source import with_fetched
from .reports.text_table import wrapped
from .request.fetch_settings import FetchSettings
from .request.preferences import read_preferences
from .request.request import Request, parse_text
from .request.settings import with_settings
from .statement_check import Line, statement_lines

_GROUPS = ("plugin", "settings", "fetching", "statement", "servers")
_LONGEST_PATH = 4_096
_OLDEST_PYTHON = (3, 9)
_WIDTH = 9  # of the column with the states


class Surroundings(Record):
    """What the page is about, besides the files."""

    door: str  # "hooks", "no hooks" (a script that the model started), or "terminal"
    data: str  # the plugin's data folder, "" where there is none
    settings: Mapping[str, str]  # those of the plans, as far as this door knows them
    fetching: FetchSettings
    servers: list[tuple[str, float, float]]  # name, last answered, last failed; seconds since 1970


class SetupPage(Record):
    """The lines of the page in their order."""

    lines: list[Line]

    def text(self) -> str:
        """The page, 75 columns wide."""
        found = ["=== Setup of rebalance-portfolio ==="]
        for group in _GROUPS:
            rows = [line for line in self.lines if line.group == group]
            if rows:
                found += ["", say(f"setup_group.{group}")]
            for line in rows:
                blank = " " * _WIDTH
                found += wrapped(f"{line.subject}: {line.said}", f"{line.state:<{_WIDTH}}", blank)
                found += wrapped(line.step, f"{blank}→ ", f"{blank}  ") if line.step else []
        return "\n".join([*found, "", say("setup_sum", **self.counts())]) + "\n"

    def counts(self) -> dict[str, int]:
        """How many lines there are of each state."""
        states = [line.state for line in self.lines]
        return {state: states.count(state) for state in ("ok", "missing", "wrong")}

    def to_json(self) -> str:
        """The page as JSON."""
        lines = [line._asdict() for line in self.lines]
        content = {"lines": lines, "counts": self.counts()}
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    def facts(self) -> str:
        """What the model is told: the state of each line and its step, no figure of an account."""
        lines = [say("fact_setup")]
        for line in self.lines:
            step = f" → {line.step}" if line.step else ""
            lines.append(f"{line.state}: {line.subject}{step}")
        return "\n".join(lines)


def check_setup(
    asked: Mapping[str, str], around: Surroundings, now: float | None = None
) -> SetupPage:
    """The page for `asked` (options of /mcp-status); never a refusal for what is wrong in it.

    `now` is in seconds since 1970.
    """
    now = time.time() if now is None else now
    request = _request(asked, around)
    lines = [
        *_plugin_lines(around),
        *_settings_lines(around),
        *_fetching_lines(around, now),
        *_statement_lines(request, around, now),
        *_server_lines(around),
    ]
    return SetupPage(lines)


def _request(asked: Mapping[str, str], around: Surroundings) -> Request:
    """The request of a command that is typed with the source that `asked` names."""
    request = parse_text("")._replace(
        statement=asked.get("statement", ""),
        sample="sample" in asked,
        account=asked.get("account", ""),
    )
    return with_settings(request, around.settings)


def _plugin_lines(around: Surroundings) -> list[Line]:
    version = sys.version_info
    python = ".".join(map(str, version[:3]))
    old = version[:2] < _OLDEST_PYTHON
    lines = [
        Line("plugin", "Python", "wrong", python, say("setup_python"))
        if old
        else Line("plugin", "Python", "ok", python)
    ]
    key = {"hooks": "hooks", "no hooks": "no_hooks"}.get(around.door, "terminal")
    state = "wrong" if around.door == "no hooks" else "ok"
    step = say("setup_switch_hooks_on") if state == "wrong" else ""
    lines.append(Line("plugin", "Hooks", state, say(f"setup_door.{key}"), step))
    if around.door == "terminal":
        return lines
    if around.data:
        return [*lines, Line("plugin", "Data folder", "ok", say("setup_data_folder"))]
    step = say("setup_data_folder_step")
    return [*lines, Line("plugin", "Data folder", "wrong", say("setup_no_data_folder"), step)]


def _settings_lines(around: Surroundings) -> list[Line]:
    """What is set for the plans, and whether it can be read."""
    if around.door != "hooks":
        return [Line("settings", "Settings", "ok", say("setup_settings_unknown"))]
    private = "private" in around.settings
    mode = say("setup_private" if private else "setup_not_private")
    lines = [Line("settings", "Private mode", "ok", mode)]
    options = with_settings(parse_text(""), around.settings).options
    named = ", ".join(sorted(name for name in around.settings if name != "private"))
    try:
        read_preferences(dict(options), "USD")
    except Refusal as refusal:
        step = say("setup_settings_step")
        return [*lines, Line("settings", "Plan settings", "wrong", str(refusal), step)]
    said = say("setup_settings_read", names=named) if named else say("setup_settings_none")
    return [*lines, Line("settings", "Plan settings", "ok", said)]


def _fetching_lines(around: Surroundings, now: float) -> list[Line]:
    """Token, query id, how long a statement is kept, and what was fetched last."""
    lines = [
        _secret_line("Flex token", "flex_token", around.fetching.token),
        _secret_line("Flex query id", "flex_query_id", around.fetching.query_id),
    ]
    try:
        days = around.fetching.days
    except Refusal as refusal:
        step = say("setup_settings_step")
        return [*lines, Line("fetching", "Kept for", "wrong", str(refusal), step)]
    from .sources.flex_web_service.kept_statements import kept_statements, local_time

    lines += _request_lines(around, now)
    kept = kept_statements(around.data, days, now)
    if not kept:
        return [
            *lines,
            Line("fetching", "Last fetch", "missing", say("setup_never_fetched", days=days)),
        ]
    for row in kept[:5]:
        said = say(
            "setup_fetched_year" if row.year else "setup_fetched",
            when=local_time(row.fetched),
            accounts=", ".join(row.accounts[:5]),
            start=row.start,
            end=row.end,
            until=local_time(row.fetched + days * 86_400),
        )
        lines.append(Line("fetching", "Fetched", "ok", said))
    return lines


def _request_lines(around: Surroundings, now: float) -> list[Line]:
    """Whether IBKR has locked the token out, or is still making a statement."""
    from .sources.flex_web_service.credentials import read_credentials
    from .sources.flex_web_service.service_state import ServiceState

    try:
        found = read_credentials(around.fetching.token, around.fetching.query_id)
    except Refusal:
        return []  # said already, of each
    state = ServiceState(os.path.join(around.data, "statements"))
    try:
        state.require_not_locked(found.token_mark, now)
    except Refusal as refusal:
        return [Line("fetching", "IBKR", "wrong", str(refusal))]
    if state.pending(found.mark, "", now):
        return [Line("fetching", "IBKR", "ok", say("setup_pending"))]
    return []


def _secret_line(subject: str, setting: str, value: str) -> Line:
    """Whether a secret is set and has the form of one; nothing of its value."""
    from .sources.flex_web_service.credentials import looks_right

    step = say("setup_secret_step", setting=setting)
    if not value:
        return Line("fetching", subject, "missing", say("setup_secret_missing"), step)
    if not looks_right(value):
        return Line("fetching", subject, "wrong", say("setup_secret_form"), step)
    return Line("fetching", subject, "ok", say("setup_secret_set"))


def _statement_lines(request: Request, around: Surroundings, now: float) -> list[Line]:
    """The statement that a command would work on, as far as it can be read."""
    named = bool(request.statement)
    try:
        request = with_fetched(request, around.data, around.fetching, now)
    except Refusal as refusal:
        return [Line("statement", "Source", "wrong", str(refusal), "")]
    if not (request.statement or request.sample):
        step = say("setup_source_step")
        return [Line("statement", "Source", "missing", say("setup_no_source"), step)]
    if request.sample:
        said = say("source.sample")
    elif named:
        said = say(
            "setup_source_named",
            path=Ours(plain(os.path.abspath(request.statement), _LONGEST_PATH)),
        )
    else:
        said = say("source.fetched", when=request.fetched)
    return [Line("statement", "Source", "ok", said), *statement_lines(request)]


def _server_lines(around: Surroundings) -> list[Line]:
    """When a server last answered; which are connected only the client knows."""
    from .sources.flex_web_service.kept_statements import local_time

    lines = []
    for server, answered, failed in around.servers:
        if failed > answered:
            said = say("setup_server_failed", when=local_time(failed))
            step = say("setup_server_step")
            lines.append(Line("servers", server, "wrong", said, step))
        else:
            said = say("setup_server_answered", when=local_time(answered))
            lines.append(Line("servers", server, "ok", said))
    if lines:
        return lines
    step = say("setup_servers_step")
    return [Line("servers", "Servers", "missing", say("setup_no_server"), step)]
