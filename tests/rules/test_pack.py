"""The rule pack: ours is complete and honest; a bad file is refused by name, key, value and expectation."""

import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from haidang.core.errors import InvalidInput, NotFound
from haidang.core.time import parse_iso_us
from haidang.rules.evaluate import explain
from haidang.rules.pack import load_pack, pack_names, parse_pack

TEXT = (resources.files("haidang.rules") / "packs" / "vietnam.toml").read_text(encoding="utf8")
NOV_2026 = parse_iso_us("2026-11-20T00:00:00Z")
JUN_2025 = parse_iso_us("2025-06-20T00:00:00Z")


def test_our_pack_is_there() -> None:
    assert pack_names() == ["vietnam"]
    pack = load_pack("vietnam")
    assert {r.family for r in pack.rules} == {
        "loss_of_signal", "boundary_crossing", "boundary_warning", "wrong_zone", "encounter",
    }  # fmt: skip


@pytest.mark.parametrize("rule", load_pack("vietnam").rules, ids=lambda r: f"{r.rule_id} {r.version}")
def test_every_entry_cites_its_text_and_speaks_both_languages(rule: object) -> None:
    for name in ("title", "text", "next"):
        vi, en = getattr(rule, f"{name}_vi"), getattr(rule, f"{name}_en")
        assert re.search(r"[ăâđêôơưàáảãạ]", vi), vi
        assert not re.search(r"[ăđơưạảấầ]", en), en
    assert rule.legal_basis
    assert rule.sources or rule.standing == "desk"
    assert rule.trust != "X" or (not rule.enabled and rule.drill_enabled)


def test_clocks_after_january_2026_are_off_until_confirmed_and_on_in_the_drill() -> None:
    pack = load_pack("vietnam")
    live = {r.rule_id for r in pack.active("loss_of_signal", NOV_2026)}
    assert live == {"loss_of_signal.watch"}
    drill = {r.rule_id for r in pack.active("loss_of_signal", NOV_2026, drill=True)}
    assert drill == {"loss_of_signal.watch", "loss_of_signal.over_6h", "loss_of_signal.over_10d"}
    confirmed = pack.active("loss_of_signal", NOV_2026, confirmed={"loss_of_signal.over_6h"})
    assert [(r.rule_id, r.version) for r in confirmed][1:] == [("loss_of_signal.over_6h", "41/2026")]


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2024-05-18T16:59:59Z", "26/2019"),  # midnight in Vietnam is 17:00 UTC the day before
        ("2024-05-18T17:00:00Z", "37/2024"),
        ("2026-01-24T16:59:59Z", "37/2024"),
        ("2026-01-24T17:00:00Z", "41/2026"),
    ],
)
def test_entries_change_at_midnight_in_vietnam(day: str, version: str) -> None:
    active = load_pack("vietnam").active("wrong_zone", parse_iso_us(day), drill=True)
    assert [r.version for r in active] == [version]


def test_no_fine_is_printed() -> None:
    assert not re.search(r"triệu đồng|million|VND|phạt tiền", TEXT)


def test_explain_says_why_a_rule_is_off() -> None:
    pack = load_pack("vietnam")
    status = {(s.rule.rule_id, s.rule.version): s for s in explain(pack, NOV_2026)}
    assert len(status) == len(pack.rules)
    assert not status["loss_of_signal.over_6h", "41/2026"].enabled
    assert "xác nhận" in status["loss_of_signal.over_6h", "41/2026"].reason_off_vi
    assert "No longer in force" in status["loss_of_signal.over_6h", "37/2024"].reason_off_en
    assert status["loss_of_signal.watch", "practice-2025"].enabled
    then = {(s.rule.rule_id, s.rule.version): s for s in explain(pack, JUN_2025)}
    assert then["loss_of_signal.over_6h", "37/2024"].enabled
    assert then["loss_of_signal.over_6h", "41/2026"].reason_off_en == "Not in force yet."


def refused(text: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        parse_pack(text.encode(), where="my.toml")
    return caught.value.message


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('trust = "B"', 'trust = "D"', "'trust' is 'D'; expected one of A, B, C, X"),
        ('severity = "notice"', 'severity = "loud"', "'severity' is 'loud'; expected one of critical"),
        ("after_h = 5.0", 'after_h = "5"', "'after_h' is '5'; expected a number"),
        ("after_h = 5.0", "", "'after_h' is missing"),
        ("after_h = 5.0", "after_h = 5.0\nafter_hours = 2", "'after_hours' is 2; expected one of after_h"),
        ("valid_from = 2019-04-25", 'valid_from = "2019-04-25"', "'valid_from' is '2019-04-25'; expected a date"),
        ("enabled = true", 'enabled = "yes"', "'enabled' is 'yes'; expected true or false"),
        ('version = "practice-2025"', "", "'version' is missing"),
        ('version = "practice-2025"', 'version = "p"\nfines = 3', "'fines' is 3; expected one of the known keys"),
        ("in_port = false", "in_port = 0", "'in_port' is 0; expected true or false"),
        ('family = "loss_of_signal"', 'family = "silence"', "'id' is 'loss_of_signal.watch'; expected to begin"),
    ],
)
def test_a_bad_value_is_named(old: str, new: str, key: str) -> None:
    message = refused(TEXT.replace(old, new, 1))
    assert message.startswith("my.toml, rule 'loss_of_signal.watch'")
    assert key in message


def test_what_does_not_go_together_is_refused() -> None:
    assert "expected no later than the valid_from" in refused(
        TEXT.replace("valid_to = 2024-05-19", "valid_to = 2024-06-01", 1)
    )
    assert "a date after valid_from" in refused(TEXT.replace("valid_to = 2024-05-19", "valid_to = 2018-05-19", 1))
    assert "off until the unit confirms" in refused(
        TEXT.replace(
            'trust = "X"\nstanding = "practice"\nenabled = false',
            'trust = "X"\nstanding = "practice"\nenabled = true',
            1,
        )
    )
    assert "lower_p" in refused(TEXT.replace("lower_p = 0.2", "lower_p = 0.9"))
    assert "horizon_h" in refused(TEXT.replace("horizon_h = 6", "horizon_h = 5"))
    assert "no [[rule]] entries" in refused('id = "x"\nversion = "1"\ntitle_vi = "a"\ntitle_en = "b"')
    assert "not a TOML file" in refused("id = ")


def test_a_pack_of_the_unit_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "unit.toml"
    path.write_text(TEXT.replace('id = "vietnam"', 'id = "unit"', 1), encoding="utf8")
    assert load_pack(path).pack_id == "unit"
    with pytest.raises(NotFound, match="no such file"):
        load_pack(tmp_path / "other.toml")
    with pytest.raises(NotFound, match="vietnam"):
        load_pack("laos")


def test_texts_are_the_same_in_all_versions_but_for_the_law() -> None:
    entries = tomllib.loads(TEXT)["rule"]
    by_id: dict[str, set[str]] = {}
    for entry in entries:
        by_id.setdefault(entry["id"], set()).add(entry["title_vi"])
    assert all(len(titles) == 1 for titles in by_id.values())
