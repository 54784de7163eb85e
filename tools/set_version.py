"""Sets the plugin's version in .claude-plugin/plugin.json, its one place.

Usage: python3 tools/set_version.py <major.minor.patch>
Exit codes: 0 done, 1 refused (CHANGELOG.md has no entry for it), 2 usage. Development only.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / ".claude-plugin" / "plugin.json"
CHANGELOG = ROOT / "CHANGELOG.md"


def main(arguments: list[str]) -> int:
    """The exit code, after writing the version."""
    if len(arguments) != 1 or not re.fullmatch(r"\d+\.\d+\.\d+", arguments[0]):
        print(__doc__, file=sys.stderr)
        return 2
    version = arguments[0]
    if f"## {version}" not in CHANGELOG.read_text(encoding="utf-8").splitlines():
        print(
            f"CHANGELOG.md has no heading `## {version}`. Write its entry first.", file=sys.stderr
        )
        return 1
    MANIFEST.write_bytes(with_version(MANIFEST.read_text(encoding="utf-8"), version).encode())
    return 0


def with_version(manifest: str, version: str) -> str:
    """The manifest's text with `version`, otherwise as it was; ValueError without one version."""
    text, count = re.subn(r'("version": ")[^"]*(")', rf"\g<1>{version}\g<2>", manifest)
    if count != 1:
        raise ValueError(f"plugin.json has {count} versions")
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
