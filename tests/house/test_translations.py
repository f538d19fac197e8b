"""Every code the server can send has words on the screen, in both languages."""

import re
from pathlib import Path

import pytest

from haidang.core.event import EVENT_KINDS
from haidang.desk.watch.alert import OUTCOMES, SEVERITIES, STATES
from haidang.feeds import ais_rules, gpx, naf, table_rows

ROOT = Path(__file__).resolve().parents[2]
DICTIONARIES = {lang: (ROOT / "ui" / "src" / "i18n" / f"{lang}.ts").read_text(encoding="utf8") for lang in ("vi", "en")}
REASONS = sorted(
    {
        reason
        for module in (ais_rules, gpx, naf, table_rows)
        for reason in module.REASONS
        if reason
    }
    | {"pipeline_failed"}
)  # fmt: skip


def has_key(lang: str, key: str) -> bool:
    return re.search(rf"(?:^\s*|[{{,] ){re.escape(key)}: ", DICTIONARIES[lang], re.MULTILINE) is not None


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("code", [*REASONS, *EVENT_KINDS, *OUTCOMES, *SEVERITIES, *STATES])
def test_code_has_words(lang: str, code: str) -> None:
    assert has_key(lang, code), f"{lang}.ts has no words for {code}"


def test_there_are_codes() -> None:
    assert len(REASONS) > 15


def test_vietnamese_is_vietnamese() -> None:
    """Most Vietnamese texts carry a diacritic; a dictionary of English texts would not."""
    texts = re.findall(r': "([^"]{12,})"', DICTIONARIES["vi"])
    with_marks = [t for t in texts if re.search(r"[^\x00-\x7f]", t)]
    assert len(with_marks) > 0.9 * len(texts)
