"""What the hook answers when a command is typed, or started by the model through Skill.

The hook does the work. What the user sees goes to the screen beside the model; the model is told
facts for later questions. In private mode nothing of it reaches the model.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..core.messages import Ours, Refusal, say
from ..core.plain_text import fold
from ..core.record import Record
from ..fetched_source import forget_old_statements, with_fetched
from ..request.fetch_settings import NOT_SET, FetchSettings, fetch_settings
from ..request.policy.policy_options import with_policy
from ..request.request import Request, parse_text
from ..request.settings import with_settings
from .chat_report import (
    LONGEST,
    fenced_report,
    fenced_text,
    screen_report,
    screen_text,
    terminal_command,
)
from .commands import COMMANDS, PLUGIN, TYPED_ONLY, run_command
from .entry_point import CommandContext, can_show, settings_in
from .run_folder import RunFolder

Payload = dict[str, object]
Output = dict[str, object]

COMMAND = "rebalance-portfolio"
NAMES = (COMMAND, f"{PLUGIN}:{COMMAND}")


# The client cuts what the model gets of a hook at 10,000 characters (2.1.330).
_MOST_FACTS = 9_000


class Asked(Record):
    """Which of the plugin's commands was started, and the words behind it."""

    name: str
    words: str


class Answer(Record):
    """What the words of a command lead to."""

    told: str  # what the model is told
    shown: str = ""  # what the user's screen shows; "" when the model has to relay
    private: bool = False  # nothing may reach the model


def answer_prompt(
    payload: Payload, folder: RunFolder | None, environ: Mapping[str, str]
) -> Output | None:
    """The hook's output for a UserPromptExpansion, or for a PreToolUse or PostToolUse of Skill.

    None where the event is of none of our commands. `folder` is where a run keeps its state, None
    when there is none; `environ` is the hook's environment.
    """
    event, asked = payload.get("hook_event_name"), asked_command(payload)
    if asked is None:
        return None
    settings = settings_in(environ)
    shows = can_show(environ) or event == "PreToolUse"
    if event != "UserPromptExpansion" and asked.name in TYPED_ONLY:
        return _denial(say("typed_only", command=asked.name)) if event == "PreToolUse" else None
    private = is_private(asked.words, settings)
    if event == "PreToolUse" and not private:
        # Only what is private is answered before the client starts the command.
        return None
    if event == "PostToolUse" and private:
        return None
    mode = str(payload.get("permission_mode", ""))
    if asked.name == COMMAND:
        answer = command_answer(
            asked.words,
            settings,
            folder,
            shows,
            mode=mode,
            fetching=fetch_settings(environ),
            may_draft=shows and event == "UserPromptExpansion",
        )
    else:
        context = CommandContext(folder, environ, private, shows, mode)
        answer = other_answer(asked, settings, context)
    if event == "PreToolUse":
        return {**_denial(say("private_denied")), "systemMessage": _private_text(answer)}
    if answer.private:
        return _blocked(answer)
    output: Output = {
        "hookSpecificOutput": {"hookEventName": event, "additionalContext": answer.told}
    }
    return {**output, "systemMessage": answer.shown} if answer.shown else output


def asked_command(payload: Payload) -> Asked | None:
    """Which of this plugin's commands `payload` is of, None when it is of another's.

    The client gives a plugin's command with the plugin's name before it. Without that name only
    /rebalance-portfolio is ours: a project may have a /mcp-status of its own.
    """
    if payload.get("hook_event_name") == "UserPromptExpansion":
        called, words = payload.get("command_name"), payload.get("command_args")
    else:
        sent = payload.get("tool_input")
        sent = sent if isinstance(sent, dict) else {}
        called, words = sent.get("skill"), sent.get("args")
    plugin, colon, name = str(called).lstrip("/").rpartition(":")
    if name != COMMAND and (name not in COMMANDS or not colon):
        return None
    if colon and plugin != PLUGIN:
        return None
    return Asked(name, words.strip() if isinstance(words, str) else "")


def _private_text(answer: Answer) -> str:
    return f"{say('private_opening')}\n\n{answer.shown}"


def _blocked(answer: Answer) -> Output:
    """No request is made, and nothing of this is in a later one (2.1.330)."""
    return {
        "decision": "block",
        "reason": _private_text(answer),
        "suppressOriginalPrompt": True,
        "hookSpecificOutput": {
            "hookEventName": "UserPromptExpansion",
            "suppressOriginalPrompt": True,
        },
    }


def _denial(reason: str) -> Output:
    """Of the command to the model, with the reason."""
    return {
        "hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "permissionDecision": "deny",
            "permissionDecisionReason": reason,
        },
    }


def is_private(words: str, settings: Mapping[str, str]) -> bool:
    """Whether the words or the settings ask for private mode, also where they are not understood.

    When in doubt it is private: words that cannot be read may hold the option, written wrongly.
    """
    if "private" in settings:
        return True
    try:
        return parse_text(words).private
    except Refusal:
        return "private" in fold(words)


def command_answer(
    words: str,
    settings: Mapping[str, str],
    folder: RunFolder | None,
    shows: bool,
    mode: str = "",
    fetching: FetchSettings = NOT_SET,
    may_draft: bool = False,
) -> Answer:
    """What `words` lead to: a report, a sentence, or the calls to make; never an exception.

    `shows` is whether the user sees what the hook shows; `mode` is the client's permission mode;
    `fetching` says how long a fetched statement is kept; `may_draft` is whether the user typed the
    words where each draft can be asked about.
    """
    private = is_private(words, settings)
    try:
        _forget_last_run(folder, fetching)
        typed = parse_text(words, settings.get("policy", ""))
        request = with_settings(typed, settings)
        if folder and not (typed.help or typed.draft or typed.source):
            request = with_fetched(request, folder.data, fetching)
        if not request.help:
            request = with_policy(request)
        if request.draft and not request.help:
            _require_draft(request, mode, may_draft)
        return _answer(request, folder, shows, private, mode)
    except Refusal as refusal:
        return sentence_answer(str(refusal), shows, private)
    except Exception as fault:
        return sentence_answer(say("fault", kind=type(fault).__name__), shows, private)


def _answer(
    request: Request, folder: RunFolder | None, shows: bool, private: bool, mode: str
) -> Answer:
    if request.help:
        from ..request.help import help_text

        return sentence_answer(help_text(terminal=False), shows, private)
    if "check-policy" in request.options:
        from ..request.policy.policy_summary import policy_summary

        return sentence_answer(policy_summary(request.options["policy"]), shows, private)
    if mode == "plan" and _writes_files(request):
        raise Refusal("plan_mode_files")
    if request.statement or request.sample:
        return _report(request, folder, shows, private)
    if private:
        raise Refusal("private_server")
    from .server_run import start_server_run

    calls = start_server_run(request, folder)
    if mode == "plan":
        calls += "\n" + say("fetch_plan_mode")
    return Answer(say("told_fetch", calls=Ours(calls)))


def _require_draft(request: Request, mode: str, may_draft: bool) -> None:
    """Refusal where orders cannot be drafted: the user types it, of a live source, in no plan."""
    if not may_draft:
        raise Refusal("draft_needs_typing")
    if request.statement or request.sample or request.private:
        raise Refusal("draft_needs_connector")
    if mode == "plan":
        raise Refusal("draft_plan_mode")


def _writes_files(request: Request) -> bool:
    return any(name in request.options for name in ("basket", "csv", "html"))


def _report(request: Request, folder: RunFolder | None, shows: bool, private: bool) -> Answer:
    from ..rebalance import carry_out

    outcome = carry_out(request)
    again = "" if request.sample else terminal_command(request)
    if private:
        return Answer("", screen_report(outcome, folder, again), private=True)
    if not shows:
        return Answer(say("told_report") + fenced_report(outcome, folder, again))
    from .model_context import shown_facts

    shown = screen_report(outcome, folder, again)
    return Answer(shown_facts(outcome), f"{say('screen_opening')}\n\n{shown}")


def sentence_answer(sentence: str, shows: bool, private: bool = False) -> Answer:
    """A refusal, a question back or the help, which the model knows unless it is private."""
    text = sentence.strip()[:LONGEST]
    if private:
        return Answer("", text, private=True)
    if "\n" in text and not shows:
        text = f"```text\n{text}\n```"
    if shows:
        return Answer(say("told_sentence", sentence=Ours(text)), text)
    return Answer(say("told_answer", sentence=Ours(text)))


def other_answer(asked: Asked, settings: Mapping[str, str], context: CommandContext) -> Answer:
    """What a command beside /rebalance-portfolio leads to; never an exception."""
    try:
        told = run_command(asked.name, asked.words, settings, context)
        if context.private:
            return Answer("", screen_text(told.report, context.folder), private=True)
        if not context.shows:
            return Answer(say("told_report") + fenced_text(told.report, context.folder))
        shown = f"{say('screen_opening')}\n\n{screen_text(told.report, context.folder)}"
        return Answer(f"{say('told_shown')}\n\n{told.facts[:_MOST_FACTS]}", shown)
    except Refusal as refusal:
        return sentence_answer(str(refusal), context.shows, context.private)
    except Exception as fault:
        sentence = say("fault", kind=type(fault).__name__)
        return sentence_answer(sentence, context.shows, context.private)


def _forget_last_run(folder: RunFolder | None, fetching: FetchSettings) -> None:
    """Removes what earlier runs left in the data folder, as far as it can be written."""
    try:
        if folder:
            folder.clear()
            forget_old_statements(folder.data, fetching)
    except OSError:
        pass
