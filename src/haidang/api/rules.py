"""Rules: which are in force at the desk's time, what they say, where they are from, and why one is off."""

from typing import Any

from fastapi import APIRouter

from haidang.api import show
from haidang.api.deps import TheActor, TheRoom
from haidang.rules.evaluate import explain

router = APIRouter(prefix="/api/rules", tags=["rules"])


@router.get("")
def all_rules(room: TheRoom, _actor: TheActor) -> dict[str, Any]:
    """Return the rules of the pack with their sources, and which are in force now."""
    told = explain(room.pack, room.clock.now_us(), drill=room.is_drill, confirmed=room.confirmed)
    rules = [
        {
            "rule_id": status.rule.rule_id,
            "family": status.rule.family,
            "rule_version": status.rule.version,
            "title_vi": status.rule.title_vi,
            "title_en": status.rule.title_en,
            "rule_vi": status.rule.text_vi,
            "rule_en": status.rule.text_en,
            "source": status.rule.source,
            "trust": status.rule.trust,
            "standing": status.rule.standing,
            "valid_from": show.iso(status.rule.valid_from_us),
            "valid_to": show.iso(status.rule.valid_to_us),
            "enabled": status.enabled,
            "reason_off_vi": status.reason_off_vi,
            "reason_off_en": status.reason_off_en,
            "severity": status.rule.severity,
        }
        for status in told
    ]
    return {"pack": room.pack.pack_id, "version": room.pack.version, "rules": rules}
