"""From a clone to an installed plugin in a clean home, and out again, offline."""

import json
import os
import re
import shutil
import subprocess

import claude_client
import pytest
from claude_client import text
from conftest import ROOT
from report_figures import report_in
from test_statement_command import in_terminal

PLUGIN, MARKETPLACE = "rebalance-portfolio", "ib-portfolio-tools"
INSTALLED = f"{PLUGIN}@{MARKETPLACE}"
ALWAYS_ON_TOKENS, ON_INVOKE_TOKENS = 200, 2_000
SAID = [[text("said")]]


@pytest.fixture
def plugin_dir():
    """No --plugin-dir: these tests run what is installed."""
    return None


@pytest.fixture
def clone(tmp_path):
    """A git clone of the working tree, in a folder with a space in its name."""
    tree = tmp_path / "tree"
    listed = ["git", "-C", ROOT, "ls-files", "-coz", "--exclude-standard"]
    names = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if os.path.isfile(os.path.join(ROOT, name)):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(os.path.join(ROOT, name), tree / name)
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.invalid", "-C", str(tree)]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "The tree"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    folder = str(tmp_path / "a clone")
    subprocess.run(["git", "clone", "-q", str(tree), folder], check=True, capture_output=True)
    return folder


@pytest.fixture
def plugin(home, project):
    """Runs `claude plugin <words>`, which must succeed, and returns what it printed."""

    def call(*words):
        done = claude_client.claude_command(["plugin", *words], home=home, cwd=project)
        assert done.returncode == 0, (words, done)
        return done.stdout

    return call


@pytest.fixture
def installed(plugin, clone):
    """The plugin, installed from the clone's marketplace."""
    plugin("marketplace", "add", clone)
    plugin("install", INSTALLED)
    return only_entry(plugin)


def only_entry(plugin):
    """Returns the one row of `claude plugin list`."""
    rows = json.loads(plugin("list", "--json"))
    assert [row["id"] for row in rows] == [INSTALLED]
    return rows[0]


def manifest_of(clone):
    """Returns the path of a clone's plugin.json."""
    return os.path.join(clone, ".claude-plugin", "plugin.json")


def set_version(clone, version):
    """Writes another version into a clone's plugin.json."""
    with open(manifest_of(clone), encoding="utf-8") as file:
        manifest = json.load(file)
    with open(manifest_of(clone), "w", encoding="utf-8") as file:
        json.dump({**manifest, "version": version}, file)


def test_a_clean_home_to_the_first_report(claude, installed):
    assert installed["enabled"]
    run = claude("/rebalance-portfolio --sample", SAID)
    assert run.returncode == 0, run.stderr
    assert len(run.requests) == 1
    assert run.permission_denials == []
    assert report_in(run.text) == in_terminal("--sample")
    assert installed["readFromFolder"] in run.text
    assert f"plugins/data/{PLUGIN}-{MARKETPLACE}" in run.text


def test_the_installed_copy_works_without_the_clone(claude, installed, clone, tmp_path):
    shutil.rmtree(clone)
    home = tmp_path / "another home"
    home.mkdir()
    copy = installed["installPath"]
    run = claude("/rebalance-portfolio --sample growth", SAID, home=str(home), plugin_dir=copy)
    assert run.permission_denials == []
    assert report_in(run.text) == in_terminal("--sample", "growth")


def test_what_every_session_pays_is_little(plugin, installed):
    details = plugin("details", PLUGIN)
    always = re.search(r"Always-on: +~(\d+) tok", details)
    assert 0 < int(always[1]) < ALWAYS_ON_TOKENS
    once = re.search(rf"{PLUGIN} +~\d+ +~([\d.]+)(k?)\b", details)
    assert 0 < float(once[1]) * (1000 if once[2] else 1) <= ON_INVOKE_TOKENS
    assert "MCP servers (0)" in details
    assert "PreToolUse, PostToolUse, PostToolUseFailure" in details


def test_an_update_brings_the_higher_version(claude, plugin, installed, clone):
    set_version(clone, "0.1.0")
    plugin("marketplace", "update", MARKETPLACE)
    before = only_entry(plugin)["version"]
    set_version(clone, "99.0.1")
    plugin("marketplace", "update", MARKETPLACE)
    assert f"updated from {before} to 99.0.1" in plugin("update", INSTALLED)
    entry = only_entry(plugin)
    assert (entry["version"], entry["enabled"]) == ("99.0.1", True)
    with open(manifest_of(entry["installPath"]), encoding="utf-8") as file:
        assert json.load(file)["version"] == "99.0.1"
    run = claude("/rebalance-portfolio --sample", SAID)
    assert report_in(run.text) == in_terminal("--sample")


def test_disabled_it_is_gone_and_enabled_it_is_back(claude, plugin, installed):
    plugin("disable", INSTALLED)
    assert not only_entry(plugin)["enabled"]
    assert "```text" not in claude("/rebalance-portfolio --sample", SAID).text
    plugin("enable", INSTALLED)
    assert "SAMPLE PORTFOLIO" in claude("/rebalance-portfolio --sample", SAID).text


def test_uninstalled_nothing_is_left_of_it(claude, plugin, installed, home):
    plugin("uninstall", INSTALLED)
    assert json.loads(plugin("list", "--json")) == []
    assert "```text" not in claude("/rebalance-portfolio --sample", SAID).text
    data = os.path.join(home, ".claude", "plugins", "data")
    assert [names for _, _, names in os.walk(data) if names] == []
    plugin("marketplace", "remove", MARKETPLACE)


def test_the_directory_s_checks_pass(plugin, clone):
    said = plugin("validate", "--strict", "--profile", "directory", clone)
    assert "✔" in said
    assert "warning" not in said.lower()


def test_the_plugin_s_settings_reach_the_plan(claude, plugin, clone, project):
    """Each option of userConfig, as the client stores and substitutes it."""
    with open(os.path.join(ROOT, "samples", "statement.xml"), "rb") as file:
        statement = os.path.join(project, "my flex.xml")
        with open(statement, "wb") as copy:
            copy.write(file.read())
    settings = {
        "statement": statement,
        "bond_symbols": "SCHD,NOTHELD",
        "cash_symbols": "INTC",
        "locked_symbols": "VTI",
        "min_trade": "1000",
    }
    config = [f"--config={name}={value}" for name, value in settings.items()]
    plugin("marketplace", "add", clone)
    plugin("install", INSTALLED, *config)
    run = claude("/rebalance-portfolio growth", SAID)
    report = " ".join(report_in(run.text).split())
    assert "Source: Flex statement" in report
    assert "Counted as bonds: SCHD (your word)" in report
    assert "NOTHELD is in the plugin's options but not held" in report
    assert "Counted as cash: INTC (your word)" in report
    assert "VTI | $43,400.00 | locked" in report
    assert "Orders under 1,000 are left out." in report
    sampled = claude("/rebalance-portfolio --sample growth --min-trade 2000", SAID)
    assert "Orders under 2,000 are left out." in report_in(sampled.text)


def test_a_setting_that_cannot_be_read_is_named(claude, plugin, clone):
    plugin("marketplace", "add", clone)
    plugin("install", INSTALLED, "--config=bond_symbols=VTI", "--config=stock_symbols=VTI")
    run = claude("/rebalance-portfolio --sample growth", SAID)
    assert "[answer]\nVTI is in two of the lists of the plugin's options." in run.text


def test_the_setting_policy_makes_the_bare_command_its_plan(claude, plugin, clone, project):
    policy = os.path.join(project, "my policy.ini")
    with open(policy, "w", encoding="utf-8") as file:
        file.write("[target]\nVTI = 45\nVXUS = 35\nSTK = 10\n")
    statement = os.path.join(ROOT, "samples", "statement.xml")
    plugin("marketplace", "add", clone)
    plugin("install", INSTALLED, f"--config=statement={statement}", f"--config=policy={policy}")
    run = claude("/rebalance-portfolio", SAID)
    report = report_in(run.text)
    assert "Profile: custom (45% VTI / 35% VXUS / 10% Stocks / 10% Cash)" in report
    assert report == in_terminal("--statement", statement, "--policy", policy)
    assert len(run.requests) == 1
    typed = claude("/rebalance-portfolio VTI 60, VXUS 40", SAID)
    assert "Profile: custom (60% VTI / 40% VXUS)" in report_in(typed.text)
