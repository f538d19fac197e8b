"""Import rules: the house's layers, and a command line that starts at once."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("numba", "fastapi", "pyspark", "sqlalchemy", "pyarrow", "numpy", "rich")


def test_layers() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", str(ROOT / "pyproject.toml")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-2000:]


def test_command_line_is_light() -> None:
    code = f"import sys, haidang.cli.main as m; m.build_parser();print([h for h in {HEAVY!r} if h in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_every_command_shows_its_options_without_heavy_imports() -> None:
    code = (
        "import sys, haidang.cli.main as m\n"
        "for c in m.COMMANDS: m.build_parser(c)\n"
        f"print([h for h in {HEAVY!r} if h in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
