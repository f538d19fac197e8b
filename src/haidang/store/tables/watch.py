"""Tables of the watch: events (facts), forecasts (dated, scored later), alerts (work), histories, the duty log."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text, UniqueConstraint

from haidang.store.tables.metadata import GrowingKey, metadata

events = Table(
    "events",
    metadata,
    Column("event_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("vessel_id", String, nullable=False),
    Column("other_vessel_id", String),
    Column("zone_id", String),
    Column("start_us", BigInteger, nullable=False),
    Column("end_us", BigInteger),
    Column("lat_deg", Float(53)),
    Column("lon_deg", Float(53)),
    Column("confidence", Float(53), nullable=False),
    Column("detector", String, nullable=False),
    Column("details", JSON, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    # Late data may supersede an event; it stays readable with the reason and, where there is one, its successor.
    Column("superseded_us", BigInteger),
    Column("superseded_by", String),
    Column("superseded_reason", String),
    Index(None, "vessel_id", "start_us"),
    Index(None, "other_vessel_id", "start_us"),
    Index(None, "kind", "start_us"),
    Index(None, "start_us"),
)

forecasts = Table(
    "forecasts",
    metadata,
    Column("forecast_key", GrowingKey, primary_key=True),
    Column("vessel_id", String, nullable=False),
    Column("issued_us", BigInteger, nullable=False),
    Column("zone_id", String, nullable=False),
    Column("p_1h", Float(53), nullable=False),
    Column("p_2h", Float(53), nullable=False),
    Column("p_4h", Float(53), nullable=False),
    Column("p_6h", Float(53), nullable=False),
    Column("p_12h", Float(53), nullable=False),
    Column("eta_p10_us", BigInteger),
    Column("eta_median_us", BigInteger),
    Column("eta_p90_us", BigInteger),
    Column("distance_m", Float(53)),
    Column("baseline_ttl_h", Float(53)),
    Column("lat_deg", Float(53)),
    Column("lon_deg", Float(53)),
    # 1 / chance of being stored: unlikely ones are sampled, and scoring has to count them back.
    Column("weight", Float(53), nullable=False),
    Column("model", String, nullable=False),
    UniqueConstraint("vessel_id", "issued_us", "zone_id"),
    Index(None, "issued_us"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("alert_id", String, primary_key=True),
    Column("rule_id", String, nullable=False),
    Column("rule_version", String, nullable=False),
    Column("vessel_id", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("state", String, nullable=False),
    Column("since_us", BigInteger, nullable=False),
    Column("opened_us", BigInteger, nullable=False),
    Column("updated_us", BigInteger, nullable=False),
    Column("deadline_us", BigInteger),
    Column("owner", String),
    Column("snoozed_until_us", BigInteger),
    Column("outcome", String),
    Column("resolved_us", BigInteger),
    Column("lat_deg", Float(53)),
    Column("lon_deg", Float(53)),
    Column("lasting", Boolean, nullable=False),
    Column("event_ids", JSON, nullable=False),
    Column("wording", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "vessel_id", "rule_id", "opened_us"),
    Index(None, "state"),
    Index(None, "opened_us"),
)

#: Histories of all rooms' objects: one table, so that "who did what that night" is one question.
history = Table(
    "history",
    metadata,
    Column("entry_key", GrowingKey, primary_key=True),
    Column("object_kind", String, nullable=False),
    Column("object_id", String, nullable=False),
    Column("time_us", BigInteger, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("note", Text, nullable=False),
    Column("from_state", String, nullable=False),
    Column("to_state", String, nullable=False),
    Index(None, "object_kind", "object_id", "entry_key"),
    Index(None, "time_us"),
)

log_entries = Table(
    "log_entries",
    metadata,
    Column("entry_id", String, primary_key=True),
    Column("time_us", BigInteger, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("actor", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("vessel_id", String),
    Column("alert_id", String),
    Column("struck_us", BigInteger),
    Column("struck_by", String),
    Column("strike_reason", Text),
    Column("version", Integer, nullable=False),
    Index(None, "time_us"),
)
