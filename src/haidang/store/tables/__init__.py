"""Every table, by subject. Times are BIGINT microseconds UTC: the same on every database, exact, before 1970 too."""

from haidang.store.tables.access import (
    accounts,
    feed_tokens,
    idempotency_keys,
    layers,
    login_links,
    operations,
    sessions,
    settings,
)  # fmt: skip
from haidang.store.tables.metadata import metadata
from haidang.store.tables.rooms import (
    incident_log,
    incidents,
    inspections,
    markers,
    movements,
    obligations,
    proposals,
)  # fmt: skip
from haidang.store.tables.tracks import (
    batches,
    chain_head,
    feed_counts,
    feeds,
    identities,
    last_positions,
    positions,
    rejects,
    signed_heads,
    vessels,
)  # fmt: skip
from haidang.store.tables.watch import alerts, events, forecasts, history, log_entries

__all__ = [
    "accounts", "alerts", "batches", "chain_head", "events", "feed_counts", "feed_tokens", "feeds", "forecasts",
    "history", "idempotency_keys", "identities", "incident_log", "incidents", "inspections", "last_positions", "layers",
    "log_entries", "login_links", "markers", "metadata", "movements", "obligations", "operations", "positions",
    "proposals", "rejects", "sessions", "settings", "signed_heads", "vessels",
]  # fmt: skip
