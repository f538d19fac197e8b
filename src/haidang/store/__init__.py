"""The only code that knows a database: tables, reads and writes per room, migrations, the chain of evidence."""

from haidang.store.database import Store, open_store

__all__ = ["Store", "open_store"]
