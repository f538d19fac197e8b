"""Tables of what the feeds brought: vessels, batches in their chain, positions, rejects, feeds.

A province stores millions of positions a month on one PC, so a position is eleven integers. Unknown speed and
course are -1, as a transponder's own "not available" codes are numbers too: NULLs would double the cost of reading.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)  # fmt: skip

from haidang.store.tables.metadata import GrowingKey, metadata

#: vessel_id never changes once positions hang on it: the chain's hash covers it.
vessels = Table(
    "vessels",
    metadata,
    Column("vessel_key", Integer, primary_key=True, autoincrement=False),
    Column("vessel_id", String, nullable=False, unique=True),
    Column("name", String),
    Column("kind", String, nullable=False, server_default="unknown"),
    Column("registration", String),
    Column("mmsi", String),
    Column("imo", String),
    Column("call_sign", String),
    Column("length_m", Float(53)),
    Column("gear", String),
    Column("supplier", String),
    Column("home_port", String),
    Column("licence_to_us", BigInteger),
    Column("pair_id", String),
    # Field name -> who said so: `feed:NAME` or `register`; what the register says, a transponder cannot overwrite.
    Column("provenance", JSON, nullable=False),
    Column("is_registered", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_us", BigInteger, nullable=False),
    Index(None, "registration"),
    Index(None, "mmsi"),
)

identities = Table(
    "identities",
    metadata,
    Column("identity_key", GrowingKey, primary_key=True),
    Column("vessel_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("value", String, nullable=False),
    Column("valid_from_us", BigInteger),
    Column("valid_to_us", BigInteger),
    Column("source", String, nullable=False),
    Index(None, "vessel_id"),
    Index(None, "kind", "value"),
)

feeds = Table(
    "feeds",
    metadata,
    Column("feed_key", Integer, primary_key=True, autoincrement=False),
    Column("feed_id", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    # Where to go on after a restart; the feed alone knows what it means.
    Column("cursor", Text),
    Column("positions", BigInteger, nullable=False),
    Column("duplicates", BigInteger, nullable=False),
    Column("rejects", BigInteger, nullable=False),
    Column("last_fix_us", BigInteger),
    Column("last_received_us", BigInteger),
    Column("last_recorded_us", BigInteger),
)

feed_counts = Table(
    "feed_counts",
    metadata,
    Column("feed_key", Integer, ForeignKey("feeds.feed_key"), primary_key=True),
    # `reject:REASON` or what the decoder counts (`type_1`, `other_message`, ...).
    Column("name", String, primary_key=True),
    Column("n", BigInteger, nullable=False),
)

#: The chain: one row per stored batch that holds positions; see store/chain.py for what `hash` covers.
batches = Table(
    "batches",
    metadata,
    Column("batch_id", BigInteger, primary_key=True, autoincrement=False),
    Column("feed_key", Integer, ForeignKey("feeds.feed_key"), nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("first_position_id", BigInteger, nullable=False),
    Column("last_position_id", BigInteger, nullable=False),
    Column("n_positions", Integer, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "recorded_us"),
)

#: One row: the end of the chain, so that "how many positions" and "what comes next" cost nothing.
chain_head = Table(
    "chain_head",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("batch_id", BigInteger, nullable=False),
    Column("last_position_id", BigInteger, nullable=False),
    Column("n_positions", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("one = 1", name="ck_chain_head_one"),
)

#: Heads that were signed and taken elsewhere; a chain that lacks one of them was cut or recomputed.
signed_heads = Table(
    "signed_heads",
    metadata,
    Column("batch_id", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("signed_us", BigInteger, nullable=False),
    Column("key_id", String, nullable=False),
    Column("signature", Text, nullable=False),
)

#: Append-only. position_id grows in the order of arrival; a batch is a range of it (duplicates leave holes).
positions = Table(
    "positions",
    metadata,
    Column("position_id", GrowingKey, primary_key=True, autoincrement=False),
    Column("vessel_key", Integer, nullable=False),
    Column("fix_time_us", BigInteger, nullable=False),
    Column("received_time_us", BigInteger, nullable=False),
    Column("lat_e7", Integer, nullable=False),
    Column("lon_e7", Integer, nullable=False),
    Column("sog_dkn", SmallInteger, nullable=False),
    Column("cog_d", SmallInteger, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("flag", SmallInteger, nullable=False),
    Column("feed_key", Integer, nullable=False),
    Column("segment_id", BigInteger, nullable=False),
    UniqueConstraint("vessel_key", "fix_time_us", "lat_e7", "lon_e7"),
)

#: The newest accepted fix of each vessel, kept in the transaction that stores it.
last_positions = Table(
    "last_positions",
    metadata,
    Column("vessel_key", Integer, primary_key=True, autoincrement=False),
    Column("fix_time_us", BigInteger, nullable=False),
    Column("received_time_us", BigInteger, nullable=False),
    Column("lat_e7", Integer, nullable=False),
    Column("lon_e7", Integer, nullable=False),
    Column("sog_dkn", SmallInteger, nullable=False),
    Column("cog_d", SmallInteger, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("feed_key", Integer, nullable=False),
)

rejects = Table(
    "rejects",
    metadata,
    Column("reject_key", GrowingKey, primary_key=True),
    Column("feed_key", Integer, ForeignKey("feeds.feed_key"), nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("row", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    Column("excerpt", Text, nullable=False),
    Index(None, "feed_key", "reject_key"),
)
