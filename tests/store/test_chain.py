"""The chain of evidence finds every way of tampering and says where."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text
from store_build import NOON_US, fixes, write

from haidang.core.time import HOUR_US
from haidang.store import Store, chain


def fill(store: Store) -> None:
    for i in range(5):
        write(store, fixes(20, start_us=NOON_US + i * HOUR_US, seed=i), recorded_us=NOON_US + i * HOUR_US)
    # Only duplicates: no batch of the chain.
    write(store, fixes(20, start_us=NOON_US + 3 * HOUR_US, seed=3).take(slice(0, 10)))


def sql(*statements: str) -> Callable[[Connection], None]:
    def do(conn: Connection) -> None:
        for statement in statements:
            conn.execute(text(statement))

    return do


def change(position_id: int, what: str) -> Callable[[Connection], None]:
    return sql(f"UPDATE positions SET {what} WHERE position_id = {position_id}")


def recompute_last(conn: Connection) -> None:
    """What somebody does who knows the program: cut the last batch and mend the head."""
    sql("DELETE FROM positions WHERE position_id > 80", "DELETE FROM batches WHERE batch_id = 5")(conn)
    conn.execute(text("UPDATE chain_head SET batch_id=4, last_position_id=80, n_positions=80, "
                      "hash=(SELECT hash FROM batches WHERE batch_id=4)"))  # fmt: skip


TAMPERING = {
    "a flipped bit in a place": (change(45, "lat_e7 = lat_e7 + 1"), "changed", "batch 3"),
    "another time": (change(1, "fix_time_us = fix_time_us + 1"), "changed", "batch 1"),
    "another time of receipt": (change(100, "received_time_us = 5"), "changed", "batch 5"),
    "another flag": (change(30, "flag = 2"), "changed", "batch 2"),
    "another speed": (change(30, "sog_dkn = 0"), "changed", "batch 2"),
    "a missing row": (sql("DELETE FROM positions WHERE position_id = 60"), "missing_rows", "batch 3"),
    "an added row at the end": (
        sql("INSERT INTO positions SELECT 900, vessel_key, 1, 1, lat_e7, lon_e7, 0, 0, 0, 0, feed_key, 0 "
            "FROM positions WHERE position_id = 1"),
        "added_rows", "after the last batch",
    ),
    "tracks of two boats swapped": (
        sql("UPDATE vessels SET vessel_id = 'x' WHERE vessel_key = 1",
            "UPDATE vessels SET vessel_id = '574001' WHERE vessel_key = 2"),
        "changed", "batch 1",
    ),
    "swapped batches": (
        sql("UPDATE batches SET batch_id = 77 WHERE batch_id = 2", "UPDATE batches SET batch_id = 2 WHERE batch_id = 3",
            "UPDATE batches SET batch_id = 3 WHERE batch_id = 77"),
        "broken_link", "batch 2",
    ),
    "a missing batch": (
        sql("DELETE FROM positions WHERE position_id BETWEEN 21 AND 40", "DELETE FROM batches WHERE batch_id = 2"),
        "missing_batch", "batch 2 is missing",
    ),
    "a cut tail": (
        sql("DELETE FROM positions WHERE position_id > 80", "DELETE FROM batches WHERE batch_id = 5"),
        "cut_tail", "batch 4",
    ),
    "another hour of recording": (
        sql("UPDATE batches SET recorded_us = recorded_us - 1 WHERE batch_id = 4"), "changed", "batch 4",
    ),
    "another feed": (
        sql("UPDATE feeds SET feed_id = 'elsewhere'"), "changed", "batch 1",
    ),
    "a forgotten head": (sql("DELETE FROM chain_head"), "wrong_head", "batch 0"),
    "a vessel taken out": (sql("DELETE FROM vessels WHERE vessel_key = 2"), "unknown_vessel", "batch 1"),
}  # fmt: skip


def test_an_intact_chain_is_intact(store: Store) -> None:
    fill(store)
    seen: list[tuple[int, int]] = []
    with store.read() as conn:
        report = chain.verify(conn, lambda done, in_all: seen.append((done, in_all)))
    assert report == chain.VerifyReport(True, 5, 100)
    assert seen[-1] == (100, 100)


def test_an_empty_chain_is_intact(store: Store) -> None:
    with store.read() as conn:
        assert chain.verify(conn) == chain.VerifyReport(True, 0, 0)
        assert chain.head(conn) == (0, chain.GENESIS)


@pytest.mark.parametrize("how", TAMPERING, ids=lambda how: how.replace(" ", "_"))
def test_tampering_is_found_and_placed(store: Store, how: str) -> None:
    tamper, problem, where = TAMPERING[how]
    fill(store)
    with store.write() as conn:
        tamper(conn)
    with store.read() as conn:
        report = chain.verify(conn)
    assert not report.ok
    assert (report.problem, where in report.where) == (problem, True), report


def test_a_cut_and_mended_tail_shows_only_against_a_signed_head(store: Store) -> None:
    fill(store)
    with store.write() as conn:
        batch_id, digest = chain.head(conn)
        recompute_last(conn)
    with store.read() as conn:
        assert chain.verify(conn).ok
    with store.write() as conn:
        conn.execute(text("INSERT INTO signed_heads VALUES (:b, :h, 1, 'k', 's')"), {"b": batch_id, "h": digest})
    with store.read() as conn:
        report = chain.verify(conn)
    assert (report.ok, report.problem, report.signed_batch_id) == (False, "cut_tail", 5)


def test_a_recomputed_chain_differs_from_the_signed_head(store: Store) -> None:
    fill(store)
    with store.write() as conn:
        conn.execute(text("INSERT INTO signed_heads VALUES (3, :h, 1, 'k', 's')"), {"h": "ab" * 32})
    with store.read() as conn:
        report = chain.verify(conn)
    assert (report.problem, "batch 3" in report.where) == ("wrong_head", True)


def test_the_hash_is_the_documented_one() -> None:
    """docs/store.md: another program must be able to check a chain, so the bytes may never change."""
    import numpy as np

    rows = np.zeros(1, chain.ROW)
    rows[0] = (1, 7, 1_000_000, 2_000_000, 155_000_000, 1_092_500_000, 84, 1800, 1, 0, 3, 12)
    digest = chain.batch_hash(
        chain.GENESIS, batch_id=1, recorded_us=3_000_000, feed_id="ais", rows=rows, vessel_ids={7: "574001234"}
    )
    assert chain.ROW.itemsize == 54
    assert digest == "f141adda0e9afbf781297b5d92e5b961f392200ecd5d5a70b15936cfc90a0e69"
