"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("n_failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_accounts")),
    )
    op.create_table(
        "alerts",
        sa.Column("alert_id", sa.String(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("rule_version", sa.String(), nullable=False),
        sa.Column("vessel_id", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.Column("opened_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.Column("deadline_us", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("snoozed_until_us", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("resolved_us", sa.BigInteger(), nullable=True),
        sa.Column("lat_deg", sa.Float(precision=53), nullable=True),
        sa.Column("lon_deg", sa.Float(precision=53), nullable=True),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        sa.Column("event_ids", sa.JSON(), nullable=False),
        sa.Column("wording", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_alerts")),
    )
    op.create_index(op.f("ix_alerts_opened_us"), "alerts", ["opened_us"], unique=False)
    op.create_index(op.f("ix_alerts_state"), "alerts", ["state"], unique=False)
    op.create_index(
        op.f("ix_alerts_vessel_id_rule_id_opened_us"), "alerts", ["vessel_id", "rule_id", "opened_us"], unique=False
    )
    op.create_table(
        "chain_head",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("last_position_id", sa.BigInteger(), nullable=False),
        sa.Column("n_positions", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("one = 1", name="ck_chain_head_one"),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_chain_head")),
    )
    op.create_table(
        "events",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("vessel_id", sa.String(), nullable=False),
        sa.Column("other_vessel_id", sa.String(), nullable=True),
        sa.Column("zone_id", sa.String(), nullable=True),
        sa.Column("start_us", sa.BigInteger(), nullable=False),
        sa.Column("end_us", sa.BigInteger(), nullable=True),
        sa.Column("lat_deg", sa.Float(precision=53), nullable=True),
        sa.Column("lon_deg", sa.Float(precision=53), nullable=True),
        sa.Column("confidence", sa.Float(precision=53), nullable=False),
        sa.Column("detector", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.Column("superseded_us", sa.BigInteger(), nullable=True),
        sa.Column("superseded_by", sa.String(), nullable=True),
        sa.Column("superseded_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_kind_start_us"), "events", ["kind", "start_us"], unique=False)
    op.create_index(op.f("ix_events_other_vessel_id_start_us"), "events", ["other_vessel_id", "start_us"], unique=False)
    op.create_index(op.f("ix_events_start_us"), "events", ["start_us"], unique=False)
    op.create_index(op.f("ix_events_vessel_id_start_us"), "events", ["vessel_id", "start_us"], unique=False)
    op.create_table(
        "feed_tokens",
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("revoked_us", sa.BigInteger(), nullable=True),
        sa.Column("last_used_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_feed_tokens")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_feed_tokens_token_sha256")),
    )
    op.create_index(op.f("ix_feed_tokens_name"), "feed_tokens", ["name"], unique=False)
    op.create_table(
        "feeds",
        sa.Column("feed_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("feed_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("positions", sa.BigInteger(), nullable=False),
        sa.Column("duplicates", sa.BigInteger(), nullable=False),
        sa.Column("rejects", sa.BigInteger(), nullable=False),
        sa.Column("last_fix_us", sa.BigInteger(), nullable=True),
        sa.Column("last_received_us", sa.BigInteger(), nullable=True),
        sa.Column("last_recorded_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("feed_key", name=op.f("pk_feeds")),
        sa.UniqueConstraint("feed_id", name=op.f("uq_feeds_feed_id")),
    )
    op.create_table(
        "forecasts",
        sa.Column("forecast_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vessel_id", sa.String(), nullable=False),
        sa.Column("issued_us", sa.BigInteger(), nullable=False),
        sa.Column("zone_id", sa.String(), nullable=False),
        sa.Column("p_1h", sa.Float(precision=53), nullable=False),
        sa.Column("p_2h", sa.Float(precision=53), nullable=False),
        sa.Column("p_4h", sa.Float(precision=53), nullable=False),
        sa.Column("p_6h", sa.Float(precision=53), nullable=False),
        sa.Column("p_12h", sa.Float(precision=53), nullable=False),
        sa.Column("eta_p10_us", sa.BigInteger(), nullable=True),
        sa.Column("eta_median_us", sa.BigInteger(), nullable=True),
        sa.Column("eta_p90_us", sa.BigInteger(), nullable=True),
        sa.Column("distance_m", sa.Float(precision=53), nullable=True),
        sa.Column("baseline_ttl_h", sa.Float(precision=53), nullable=True),
        sa.Column("lat_deg", sa.Float(precision=53), nullable=True),
        sa.Column("lon_deg", sa.Float(precision=53), nullable=True),
        sa.Column("weight", sa.Float(precision=53), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("forecast_key", name=op.f("pk_forecasts")),
        sa.UniqueConstraint("vessel_id", "issued_us", "zone_id", name=op.f("uq_forecasts_vessel_id_issued_us_zone_id")),
    )
    op.create_index(op.f("ix_forecasts_issued_us"), "forecasts", ["issued_us"], unique=False)
    op.create_table(
        "history",
        sa.Column("entry_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("object_kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("time_us", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=False),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("entry_key", name=op.f("pk_history")),
    )
    op.create_index(
        op.f("ix_history_object_kind_object_id_entry_key"),
        "history",
        ["object_kind", "object_id", "entry_key"],
        unique=False,
    )
    op.create_index(op.f("ix_history_time_us"), "history", ["time_us"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("feed_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_table(
        "identities",
        sa.Column("identity_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("vessel_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("valid_from_us", sa.BigInteger(), nullable=True),
        sa.Column("valid_to_us", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("identity_key", name=op.f("pk_identities")),
    )
    op.create_index(op.f("ix_identities_kind_value"), "identities", ["kind", "value"], unique=False)
    op.create_index(op.f("ix_identities_vessel_id"), "identities", ["vessel_id"], unique=False)
    op.create_table(
        "incidents",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("time_us", sa.BigInteger(), nullable=False),
        sa.Column("opened_us", sa.BigInteger(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("lat_deg", sa.Float(precision=53), nullable=True),
        sa.Column("lon_deg", sa.Float(precision=53), nullable=True),
        sa.Column("vessel_id", sa.String(), nullable=True),
        sa.Column("aboard_count", sa.Integer(), nullable=True),
        sa.Column("missing_count", sa.Integer(), nullable=True),
        sa.Column("rescued_count", sa.Integer(), nullable=True),
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("closed_us", sa.BigInteger(), nullable=True),
        sa.Column("closing_note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_incidents")),
    )
    op.create_index(op.f("ix_incidents_state"), "incidents", ["state"], unique=False)
    op.create_index(op.f("ix_incidents_time_us"), "incidents", ["time_us"], unique=False)
    op.create_table(
        "last_positions",
        sa.Column("vessel_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fix_time_us", sa.BigInteger(), nullable=False),
        sa.Column("received_time_us", sa.BigInteger(), nullable=False),
        sa.Column("lat_e7", sa.Integer(), nullable=False),
        sa.Column("lon_e7", sa.Integer(), nullable=False),
        sa.Column("sog_dkn", sa.SmallInteger(), nullable=False),
        sa.Column("cog_d", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("feed_key", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("vessel_key", name=op.f("pk_last_positions")),
    )
    op.create_table(
        "layers",
        sa.Column("layer_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("version_label", sa.String(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("loaded_us", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("geojson", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("layer_id", name=op.f("pk_layers")),
    )
    op.create_table(
        "log_entries",
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("time_us", sa.BigInteger(), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("vessel_id", sa.String(), nullable=True),
        sa.Column("alert_id", sa.String(), nullable=True),
        sa.Column("struck_us", sa.BigInteger(), nullable=True),
        sa.Column("struck_by", sa.String(), nullable=True),
        sa.Column("strike_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_log_entries")),
    )
    op.create_index(op.f("ix_log_entries_time_us"), "log_entries", ["time_us"], unique=False)
    op.create_table(
        "markers",
        sa.Column("marker_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("pair_number", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("keeper_group", sa.String(), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("lat_deg", sa.Float(precision=53), nullable=True),
        sa.Column("lon_deg", sa.Float(precision=53), nullable=True),
        sa.Column("interval_days", sa.Integer(), nullable=False),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("inspected_us", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("marker_id", name=op.f("pk_markers")),
    )
    op.create_index(op.f("ix_markers_number"), "markers", ["number"], unique=False)
    op.create_table(
        "movements",
        sa.Column("movement_id", sa.String(), nullable=False),
        sa.Column("vessel_id", sa.String(), nullable=False),
        sa.Column("vessel_label", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("port", sa.String(), nullable=False),
        sa.Column("departure_us", sa.BigInteger(), nullable=False),
        sa.Column("crew_count", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("planned_return_us", sa.BigInteger(), nullable=True),
        sa.Column("is_device_alive", sa.Boolean(), nullable=True),
        sa.Column("are_papers_in_order", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("arrival_us", sa.BigInteger(), nullable=True),
        sa.Column("arrival_port", sa.String(), nullable=True),
        sa.Column("arrival_crew_count", sa.Integer(), nullable=True),
        sa.Column("arrival_note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("movement_id", name=op.f("pk_movements")),
    )
    op.create_index(op.f("ix_movements_state"), "movements", ["state"], unique=False)
    op.create_index(
        op.f("ix_movements_vessel_id_departure_us"), "movements", ["vessel_id", "departure_us"], unique=False
    )
    op.create_table(
        "obligations",
        sa.Column("obligation_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("owed_to", sa.String(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("deadline_us", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("completed_us", sa.BigInteger(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("obligation_id", name=op.f("pk_obligations")),
    )
    op.create_index(op.f("ix_obligations_state_deadline_us"), "obligations", ["state", "deadline_us"], unique=False)
    op.create_table(
        "operations",
        sa.Column("operation_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("operation_id", name=op.f("pk_operations")),
    )
    op.create_index(op.f("ix_operations_recorded_us"), "operations", ["recorded_us"], unique=False)
    op.create_table(
        "positions",
        sa.Column(
            "position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("vessel_key", sa.Integer(), nullable=False),
        sa.Column("fix_time_us", sa.BigInteger(), nullable=False),
        sa.Column("received_time_us", sa.BigInteger(), nullable=False),
        sa.Column("lat_e7", sa.Integer(), nullable=False),
        sa.Column("lon_e7", sa.Integer(), nullable=False),
        sa.Column("sog_dkn", sa.SmallInteger(), nullable=False),
        sa.Column("cog_d", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("flag", sa.SmallInteger(), nullable=False),
        sa.Column("feed_key", sa.Integer(), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("position_id", name=op.f("pk_positions")),
        sa.UniqueConstraint(
            "vessel_key",
            "fix_time_us",
            "lat_e7",
            "lon_e7",
            name=op.f("uq_positions_vessel_key_fix_time_us_lat_e7_lon_e7"),
        ),
    )
    op.create_table(
        "proposals",
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("routed_to", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("deadline_us", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_us", sa.BigInteger(), nullable=True),
        sa.Column("settled_us", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_state_deadline_us"), "proposals", ["state", "deadline_us"], unique=False)
    op.create_table(
        "settings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "signed_heads",
        sa.Column("batch_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("signed_us", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_signed_heads")),
    )
    op.create_table(
        "vessels",
        sa.Column("vessel_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("vessel_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), server_default="unknown", nullable=False),
        sa.Column("registration", sa.String(), nullable=True),
        sa.Column("mmsi", sa.String(), nullable=True),
        sa.Column("imo", sa.String(), nullable=True),
        sa.Column("call_sign", sa.String(), nullable=True),
        sa.Column("length_m", sa.Float(precision=53), nullable=True),
        sa.Column("gear", sa.String(), nullable=True),
        sa.Column("supplier", sa.String(), nullable=True),
        sa.Column("home_port", sa.String(), nullable=True),
        sa.Column("licence_to_us", sa.BigInteger(), nullable=True),
        sa.Column("pair_id", sa.String(), nullable=True),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.Column("is_registered", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("vessel_key", name=op.f("pk_vessels")),
        sa.UniqueConstraint("vessel_id", name=op.f("uq_vessels_vessel_id")),
    )
    op.create_index(op.f("ix_vessels_mmsi"), "vessels", ["mmsi"], unique=False)
    op.create_index(op.f("ix_vessels_registration"), "vessels", ["registration"], unique=False)
    op.create_table(
        "batches",
        sa.Column("batch_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("feed_key", sa.Integer(), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.Column("first_position_id", sa.BigInteger(), nullable=False),
        sa.Column("last_position_id", sa.BigInteger(), nullable=False),
        sa.Column("n_positions", sa.Integer(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["feed_key"], ["feeds.feed_key"], name=op.f("fk_batches_feed_key")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_batches")),
    )
    op.create_index(op.f("ix_batches_recorded_us"), "batches", ["recorded_us"], unique=False)
    op.create_table(
        "feed_counts",
        sa.Column("feed_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["feed_key"], ["feeds.feed_key"], name=op.f("fk_feed_counts_feed_key")),
        sa.PrimaryKeyConstraint("feed_key", "name", name=op.f("pk_feed_counts")),
    )
    op.create_table(
        "incident_log",
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("time_us", sa.BigInteger(), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("struck_us", sa.BigInteger(), nullable=True),
        sa.Column("struck_by", sa.String(), nullable=True),
        sa.Column("strike_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.incident_id"], name=op.f("fk_incident_log_incident_id")),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_incident_log")),
    )
    op.create_index(
        op.f("ix_incident_log_incident_id_time_us"), "incident_log", ["incident_id", "time_us"], unique=False
    )
    op.create_table(
        "inspections",
        sa.Column("inspection_id", sa.String(), nullable=False),
        sa.Column("marker_id", sa.String(), nullable=False),
        sa.Column("time_us", sa.BigInteger(), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["marker_id"], ["markers.marker_id"], name=op.f("fk_inspections_marker_id")),
        sa.PrimaryKeyConstraint("inspection_id", name=op.f("pk_inspections")),
    )
    op.create_index(op.f("ix_inspections_marker_id_time_us"), "inspections", ["marker_id", "time_us"], unique=False)
    op.create_table(
        "login_links",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.Column("used_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["username"], ["accounts.username"], name=op.f("fk_login_links_username")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_login_links")),
    )
    op.create_table(
        "rejects",
        sa.Column("reject_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("feed_key", sa.Integer(), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["feed_key"], ["feeds.feed_key"], name=op.f("fk_rejects_feed_key")),
        sa.PrimaryKeyConstraint("reject_key", name=op.f("pk_rejects")),
    )
    op.create_index(op.f("ix_rejects_feed_key_reject_key"), "rejects", ["feed_key", "reject_key"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("session_sha256", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["username"], ["accounts.username"], name=op.f("fk_sessions_username")),
        sa.PrimaryKeyConstraint("session_sha256", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_expires_us"), "sessions", ["expires_us"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_sessions_expires_us"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(op.f("ix_rejects_feed_key_reject_key"), table_name="rejects")
    op.drop_table("rejects")
    op.drop_table("login_links")
    op.drop_index(op.f("ix_inspections_marker_id_time_us"), table_name="inspections")
    op.drop_table("inspections")
    op.drop_index(op.f("ix_incident_log_incident_id_time_us"), table_name="incident_log")
    op.drop_table("incident_log")
    op.drop_table("feed_counts")
    op.drop_index(op.f("ix_batches_recorded_us"), table_name="batches")
    op.drop_table("batches")
    op.drop_index(op.f("ix_vessels_registration"), table_name="vessels")
    op.drop_index(op.f("ix_vessels_mmsi"), table_name="vessels")
    op.drop_table("vessels")
    op.drop_table("signed_heads")
    op.drop_table("settings")
    op.drop_index(op.f("ix_proposals_state_deadline_us"), table_name="proposals")
    op.drop_table("proposals")
    op.drop_table("positions")
    op.drop_index(op.f("ix_operations_recorded_us"), table_name="operations")
    op.drop_table("operations")
    op.drop_index(op.f("ix_obligations_state_deadline_us"), table_name="obligations")
    op.drop_table("obligations")
    op.drop_index(op.f("ix_movements_vessel_id_departure_us"), table_name="movements")
    op.drop_index(op.f("ix_movements_state"), table_name="movements")
    op.drop_table("movements")
    op.drop_index(op.f("ix_markers_number"), table_name="markers")
    op.drop_table("markers")
    op.drop_index(op.f("ix_log_entries_time_us"), table_name="log_entries")
    op.drop_table("log_entries")
    op.drop_table("layers")
    op.drop_table("last_positions")
    op.drop_index(op.f("ix_incidents_time_us"), table_name="incidents")
    op.drop_index(op.f("ix_incidents_state"), table_name="incidents")
    op.drop_table("incidents")
    op.drop_index(op.f("ix_identities_vessel_id"), table_name="identities")
    op.drop_index(op.f("ix_identities_kind_value"), table_name="identities")
    op.drop_table("identities")
    op.drop_table("idempotency_keys")
    op.drop_index(op.f("ix_history_time_us"), table_name="history")
    op.drop_index(op.f("ix_history_object_kind_object_id_entry_key"), table_name="history")
    op.drop_table("history")
    op.drop_index(op.f("ix_forecasts_issued_us"), table_name="forecasts")
    op.drop_table("forecasts")
    op.drop_table("feeds")
    op.drop_index(op.f("ix_feed_tokens_name"), table_name="feed_tokens")
    op.drop_table("feed_tokens")
    op.drop_index(op.f("ix_events_vessel_id_start_us"), table_name="events")
    op.drop_index(op.f("ix_events_start_us"), table_name="events")
    op.drop_index(op.f("ix_events_other_vessel_id_start_us"), table_name="events")
    op.drop_index(op.f("ix_events_kind_start_us"), table_name="events")
    op.drop_table("events")
    op.drop_table("chain_head")
    op.drop_index(op.f("ix_alerts_vessel_id_rule_id_opened_us"), table_name="alerts")
    op.drop_index(op.f("ix_alerts_state"), table_name="alerts")
    op.drop_index(op.f("ix_alerts_opened_us"), table_name="alerts")
    op.drop_table("alerts")
    op.drop_table("accounts")
