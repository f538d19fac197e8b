"""Tables of the other rooms: gate, rescue, patrol, obligations. Columns are named as the desk's fields.

Persons stand here only as counts and roles; who sailed is in the port's own papers, not in this house.
"""

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from haidang.store.tables.metadata import metadata

movements = Table(
    "movements",
    metadata,
    Column("movement_id", String, primary_key=True),
    Column("vessel_id", String, nullable=False),
    Column("vessel_label", String, nullable=False),
    Column("state", String, nullable=False),
    Column("port", String, nullable=False),
    Column("departure_us", BigInteger, nullable=False),
    Column("crew_count", Integer, nullable=False),
    Column("ground", String, nullable=False),
    Column("planned_return_us", BigInteger),
    Column("is_device_alive", Boolean),
    Column("are_papers_in_order", Boolean),
    Column("note", Text, nullable=False),
    Column("arrival_us", BigInteger),
    Column("arrival_port", String),
    Column("arrival_crew_count", Integer),
    Column("arrival_note", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "vessel_id", "departure_us"),
    Index(None, "state"),
)

incidents = Table(
    "incidents",
    metadata,
    Column("incident_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("title", String, nullable=False),
    Column("state", String, nullable=False),
    Column("time_us", BigInteger, nullable=False),
    Column("opened_us", BigInteger, nullable=False),
    Column("certainty", String, nullable=False),
    Column("place", String, nullable=False),
    Column("lat_deg", Float(53)),
    Column("lon_deg", Float(53)),
    Column("vessel_id", String),
    Column("aboard_count", Integer),
    Column("missing_count", Integer),
    Column("rescued_count", Integer),
    Column("lead", String, nullable=False),
    Column("outcome", String),
    Column("closed_us", BigInteger),
    Column("closing_note", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "state"),
    Index(None, "time_us"),
)

incident_log = Table(
    "incident_log",
    metadata,
    Column("line_id", String, primary_key=True),
    Column("incident_id", String, ForeignKey("incidents.incident_id"), nullable=False),
    Column("time_us", BigInteger, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("actor", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("struck_us", BigInteger),
    Column("struck_by", String),
    Column("strike_reason", Text),
    Index(None, "incident_id", "time_us"),
)

markers = Table(
    "markers",
    metadata,
    Column("marker_id", String, primary_key=True),
    Column("number", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("pair_number", String, nullable=False),
    Column("section", String, nullable=False),
    Column("keeper_group", String, nullable=False),
    Column("access", Text, nullable=False),
    Column("lat_deg", Float(53)),
    Column("lon_deg", Float(53)),
    Column("interval_days", Integer, nullable=False),
    Column("condition", String, nullable=False),
    Column("inspected_us", BigInteger),
    Column("version", Integer, nullable=False),
    Index(None, "number"),
)

inspections = Table(
    "inspections",
    metadata,
    Column("inspection_id", String, primary_key=True),
    Column("marker_id", String, ForeignKey("markers.marker_id"), nullable=False),
    Column("time_us", BigInteger, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("actor", String, nullable=False),
    Column("condition", String, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "marker_id", "time_us"),
)

obligations = Table(
    "obligations",
    metadata,
    Column("obligation_id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("source_text", Text, nullable=False),
    Column("owner", String, nullable=False),
    Column("owed_to", String, nullable=False),
    Column("measure", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("deadline_us", BigInteger),
    Column("parent_id", String),
    Column("completed_us", BigInteger),
    Column("proof", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "state", "deadline_us"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("proposal_id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("proposed_by", String, nullable=False),
    Column("routed_to", String, nullable=False),
    Column("state", String, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("deadline_us", BigInteger),
    Column("answer", Text, nullable=False),
    Column("answered_us", BigInteger),
    Column("settled_us", BigInteger),
    Column("version", Integer, nullable=False),
    Index(None, "state", "deadline_us"),
)
