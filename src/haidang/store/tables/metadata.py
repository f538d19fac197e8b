"""One registry of tables, with constraint names fixed: a migration must be able to name what it changes."""

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: A growing key: SQLite numbers only plain INTEGER keys by itself and holds 64 bits in them all the same.
GrowingKey = BigInteger().with_variant(Integer(), "sqlite")
