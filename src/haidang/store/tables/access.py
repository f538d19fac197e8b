"""Tables of who may enter and what was already done: accounts, sessions, tokens, operations, settings, layers.

A stolen copy of the database must open no door: passwords are argon2 hashes, and of tokens, links and session ids
only SHA-256 sums are kept.
"""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from haidang.store.tables.metadata import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("username", String, primary_key=True),
    Column("display_name", String, nullable=False),
    Column("roles", JSON, nullable=False),
    Column("language", String, nullable=False),
    Column("password_hash", String),
    Column("is_disabled", Boolean, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("n_failed_logins", Integer, nullable=False),
    Column("locked_until_us", BigInteger),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_sha256", String(64), primary_key=True),
    Column("username", String, ForeignKey("accounts.username"), nullable=False),
    Column("csrf", String, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Index(None, "expires_us"),
)

login_links = Table(
    "login_links",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("username", String, ForeignKey("accounts.username"), nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("used_us", BigInteger),
)

feed_tokens = Table(
    "feed_tokens",
    metadata,
    Column("token_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("token_sha256", String(64), nullable=False, unique=True),
    Column("created_us", BigInteger, nullable=False),
    Column("revoked_us", BigInteger),
    Column("last_used_us", BigInteger),
    Index(None, "name"),
)

#: Human writes by client UUID: the same one twice gets the first one's answer.
operations = Table(
    "operations",
    metadata,
    Column("operation_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("request_sha256", String(64), nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("result", JSON, nullable=False),
    Index(None, "recorded_us"),
)

#: Machine writes (POST /api/positions) by feed and key.
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("feed_id", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("request_sha256", String(64), nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("answer", JSON, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", JSON, nullable=False),
    Column("updated_us", BigInteger, nullable=False),
    Column("updated_by", String, nullable=False),
    Column("version", Integer, nullable=False),
)

#: Zone and port layers as loaded, each with its source.
layers = Table(
    "layers",
    metadata,
    Column("layer_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("authority", String, nullable=False),
    Column("source", String, nullable=False),
    Column("version_label", String, nullable=False),
    Column("is_sample", Boolean, nullable=False),
    Column("loaded_us", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("geojson", Text, nullable=False),
)
