"""A rule pack: dated entries of law and practice, read from TOML and chosen by the time of what is judged.

Deadlines, zones and lists changed in 2019, 2024, 2025 and 2026. A position of 2025 is judged by what held in 2025, so
every entry has a period, and a change of law is a new entry, never an edit of an old one.
"""

import tomllib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from haidang.core.errors import InvalidInput, NotFound
from haidang.core.time import format_iso
from haidang.rules import pack_check


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated entry of a pack.

    Attributes:
        rule_id: what the unit confirms and the screen lists, e.g. `loss_of_signal.over_6h`.
        family: what an alert is about, e.g. `loss_of_signal`; entries of a family are steps of one matter.
        version: the text it follows, e.g. `37/2024`.
        check: which question is asked; a key of pack_check.CHECKS.
        standing: law, practice (customary, or a clock not verified) or desk (the desk's own proposal).
        trust: A legal text seen, B press quoting officials, C one weak source, X not verified.
        enabled, drill_enabled: on by default; on in the drill.
        valid_from_us, valid_to_us: UTC microseconds, from included, to not; None is open.
        severity: critical, high, notice or info.
        deadline_h: hours from the beginning by which somebody has to have acted; None if the entry names none.
        repeat_h: an act owed again every so many hours from the beginning; the deadline is the next one.
        params: the numbers of the check, hours, metres and probabilities by name.
    """

    rule_id: str
    family: str
    version: str
    check: str
    title_vi: str
    title_en: str
    text_vi: str
    text_en: str
    legal_basis: str
    legal_basis_en: str
    sources: tuple[str, ...]
    trust: str
    standing: str
    enabled: bool
    drill_enabled: bool
    valid_from_us: int | None
    valid_to_us: int | None
    severity: str
    deadline_h: float | None
    repeat_h: float | None
    next_vi: str
    next_en: str
    params: Mapping[str, float | bool]

    @property
    def source(self) -> str:
        """Return the legal basis and where it was read, as one line."""
        return f"{self.legal_basis} · {self.sources[0]}" if self.sources else self.legal_basis

    def number(self, name: str) -> float:
        """Return a number of the check."""
        return float(self.params[name])

    def holds_at(self, time_us: int) -> bool:
        """Return whether the entry was in force at a time (UTC microseconds)."""
        from_us, to_us = self.valid_from_us, self.valid_to_us
        return (from_us is None or time_us >= from_us) and (to_us is None or time_us < to_us)

    def is_on(self, *, drill: bool, confirmed: AbstractSet[str]) -> bool:
        """Return whether the entry is applied: by default, by the unit's confirmation, or in the drill."""
        return self.enabled or self.rule_id in confirmed or (drill and self.drill_enabled)


@dataclass(frozen=True, slots=True)
class RulePack:
    """Every entry of a pack, in the order of the file."""

    pack_id: str
    version: str
    title_vi: str
    title_en: str
    rules: tuple[Rule, ...]

    def active(
        self, check: str, at_us: int, *, drill: bool = False, confirmed: AbstractSet[str] = frozenset()
    ) -> list[Rule]:
        """Return the entries of a check that were in force at `at_us` and are switched on, in the order of the file."""
        rules = (rule for rule in self.rules if rule.check == check and rule.holds_at(at_us))
        return [rule for rule in rules if rule.is_on(drill=drill, confirmed=confirmed)]


def load_pack(name_or_path: str | Path) -> RulePack:
    """Return a pack, by the name of one of ours (`vietnam`) or by the path of a TOML file.

    Raises:
        NotFound: neither a pack of ours nor a file.
        InvalidInput: the file cannot be used; the message names file, entry, key, value and what was expected.
    """
    name = str(name_or_path)
    if name.endswith(".toml") or "/" in name:
        path = Path(name)
        if not path.is_file():
            raise NotFound(f"rule pack {name}: no such file; give a TOML file or one of: {', '.join(pack_names())}")
        return parse_pack(path.read_bytes(), where=name)
    source = resources.files("haidang.rules") / "packs" / f"{name}.toml"
    if not source.is_file():
        raise NotFound(f"rule pack {name!r}: not known; give a TOML file or one of: {', '.join(pack_names())}")
    return parse_pack(source.read_bytes(), where=f"{name}.toml")


def pack_names() -> list[str]:
    """Return the names of the packs that come with the desk."""
    folder = resources.files("haidang.rules") / "packs"
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))


def parse_pack(text: bytes, *, where: str) -> RulePack:
    """Return the pack of a TOML text; `where` names it in messages.

    Raises:
        InvalidInput: see load_pack.
    """
    try:
        document = tomllib.loads(text.decode("utf8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(f"{where}: not a TOML file in UTF-8: {error}") from error
    head = pack_check.checked_head(document, where)
    rules = tuple(Rule(**pack_check.checked_entry(entry, i, where)) for i, entry in enumerate(document["rule"]))
    _refuse_overlaps(rules, where)
    return RulePack(head["id"], head["version"], head["title_vi"], head["title_en"], rules)


def _refuse_overlaps(rules: tuple[Rule, ...], where: str) -> None:
    """Refuse two entries of one id that hold at the same time: it would not be clear which one judges."""
    for i, rule in enumerate(rules):
        for other in rules[:i]:
            if other.rule_id != rule.rule_id:
                continue
            first, second = sorted((other, rule), key=lambda r: _or(r.valid_from_us, -(2**63)))
            if _or(first.valid_to_us, 2**63) > _or(second.valid_from_us, -(2**63)):
                until = "open" if first.valid_to_us is None else format_iso(first.valid_to_us)
                raise InvalidInput(
                    f"{where}, rule {rule.rule_id!r} version {first.version!r}: key 'valid_to' is {until}; expected no "
                    f"later than the valid_from of version {second.version!r}"
                )


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value
