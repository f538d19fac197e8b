"""Every reject reason there is stands on the page of the feeds."""

from pathlib import Path

import pytest

from haidang.feeds import ais_rules, gpx, naf, table_rows
from haidang.feeds.catalogue import FORMATS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "feeds.md").read_text(encoding="utf8")


@pytest.mark.parametrize("module", [ais_rules, table_rows, naf, gpx], ids=lambda m: m.__name__)
def test_every_reason_is_explained(module) -> None:
    assert [reason for reason in module.REASONS if reason and f"`{reason}`" not in PAGE] == []


def test_every_file_ending_is_named() -> None:
    assert [e for f in FORMATS for e in f.extensions if f"`{e}`" not in PAGE] == []
