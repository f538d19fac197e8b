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
            "rule_id": one.rule_id,
            "rule_version": one.rule_version,
            "title_vi": one.title_vi,
            "title_en": one.title_en,
            "rule_vi": one.rule_vi,
            "rule_en": one.rule_en,
            "source": one.source,
            "trust": one.trust,
            "valid_from": show.iso(one.valid_from_us),
            "valid_to": show.iso(one.valid_to_us),
            "enabled": one.enabled,
            "reason_off_vi": one.reason_off_vi,
            "reason_off_en": one.reason_off_en,
            "severity": one.severity,
        }
        for one in told
    ]
    return {"pack": room.pack.pack_id, "version": room.pack.version, "rules": rules}
