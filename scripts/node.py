"""Run one of the screen's npm scripts with the Node that setup found or brought."""

from __future__ import annotations

import os
import subprocess
import sys

from setup import UI, find_node


def main() -> int:
    """Run `npm run <name>` in ui/ and return its exit code."""
    if not (UI / "package.json").exists():
        return 0
    folder, npm = find_node()
    env = {**os.environ, "PATH": folder + os.pathsep + os.environ.get("PATH", "")}
    return subprocess.run([*npm, "run", "--silent", *sys.argv[1:]], cwd=UI, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
