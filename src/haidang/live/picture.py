"""The picture in memory: the newest accepted fix of every vessel, in columns, ready to be sent.

A screen asks for all vessels at once and then for what changed; a database query per second and client would
cost more than the whole engine. The picture is rebuilt from the store at start and holds nothing that the
store doesn't.
"""

import struct
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haidang.core.columns import I32, I64, KINDS, Positions
from haidang.core.time import NO_TIME_US
from haidang.core.vessel import Vessel

MAGIC = 0x31504448
ALERT_BIT, CRITICAL_BIT = 1, 2
_FIRST_CAPACITY = 1024


class Newest(NamedTuple):
    """One vessel's newest fix; units as in Positions."""

    fix_time_us: int
    received_time_us: int
    lat_deg: float
    lon_deg: float
    sog_kn: float
    cog_deg: float


class Picture:
    """Newest fix per vessel; safe to read and write from several threads."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.vessel_ids: list[str] = []
        self._index: dict[str, int] = {}
        self._cards: dict[str, Vessel] = {}
        self._capacity = _FIRST_CAPACITY
        self.fix_time_us = np.full(_FIRST_CAPACITY, NO_TIME_US, np.int64)
        self.received_time_us = np.full(_FIRST_CAPACITY, NO_TIME_US, np.int64)
        self.lat_deg = np.full(_FIRST_CAPACITY, np.nan)
        self.lon_deg = np.full(_FIRST_CAPACITY, np.nan)
        self.sog_kn = np.full(_FIRST_CAPACITY, np.nan, np.float32)
        self.cog_deg = np.full(_FIRST_CAPACITY, np.nan, np.float32)
        self.kind = np.zeros(_FIRST_CAPACITY, np.int8)
        self.alert_bits = np.zeros(_FIRST_CAPACITY, np.uint8)

    def __len__(self) -> int:
        return len(self.vessel_ids)

    def index_of(self, vessel_id: str) -> int | None:
        """Return a vessel's number in this picture, None if it has no fix and no card."""
        return self._index.get(vessel_id)

    def newest(self, vessel_id: str) -> Newest | None:
        """Return a vessel's newest fix, None if there is none; the columns may be replaced while others read."""
        with self.lock:
            i = self._index.get(vessel_id)
            if i is None or self.fix_time_us[i] == NO_TIME_US:
                return None
            return Newest(
                int(self.fix_time_us[i]),
                int(self.received_time_us[i]),
                float(self.lat_deg[i]),
                float(self.lon_deg[i]),
                float(self.sog_kn[i]),
                float(self.cog_deg[i]),
            )

    def has_card(self, vessel_id: str) -> bool:
        """Return whether anything but positions is known of a vessel."""
        return vessel_id in self._cards

    def card(self, vessel_id: str) -> Vessel:
        """Return what is known of a vessel; an empty card if nothing is."""
        return self._cards.get(vessel_id) or Vessel(vessel_id)

    def cards(self) -> dict[str, Vessel]:
        """Return a copy of all cards."""
        with self.lock:
            return dict(self._cards)

    def learn(self, vessels: Mapping[str, Vessel]) -> list[int]:
        """Store or replace cards; returns the numbers of the vessels concerned that are on the picture."""
        with self.lock:
            self._cards.update(vessels)
            changed = [self._index[v] for v in vessels if v in self._index]
            for i in changed:
                card = self._cards[self.vessel_ids[i]]
                if card.kind != "unknown":
                    self.kind[i] = KINDS.index(card.kind)
            return changed

    def update(self, batch: Positions, accepted: NDArray[np.bool_]) -> I32:
        """Take in accepted fixes; older ones than those known are passed over.

        Args:
            batch: positions in any order.
            accepted: (n,) bool, rows that the engine believes.

        Returns:
            (m,) int32, numbers of the vessels whose newest fix changed.
        """
        rows = np.flatnonzero(accepted)
        if not len(rows):
            return np.empty(0, np.int32)
        with self.lock:
            numbers = self._numbers(batch, rows)
            order = np.lexsort((batch.fix_time_us[rows], numbers))
            numbers, rows = numbers[order], rows[order]
            is_last = np.append(numbers[1:] != numbers[:-1], True)
            numbers, rows = numbers[is_last], rows[is_last]
            is_newer = batch.fix_time_us[rows] > self.fix_time_us[numbers]
            numbers, rows = numbers[is_newer], rows[is_newer]
            self.fix_time_us[numbers] = batch.fix_time_us[rows]
            self.received_time_us[numbers] = batch.received_time_us[rows]
            self.lat_deg[numbers] = batch.lat_deg[rows]
            self.lon_deg[numbers] = batch.lon_deg[rows]
            self.sog_kn[numbers] = batch.sog_kn[rows]
            self.cog_deg[numbers] = batch.cog_deg[rows]
            known = batch.kind[rows] != 0
            self.kind[numbers[known]] = batch.kind[rows][known]
            moved: I32 = numbers.astype(np.int32)
            return moved

    def mark_alerts(self, open_alerts: Iterable[tuple[str, bool]]) -> I32:
        """Set which vessels have an open alert and whether one is critical; returns the numbers that changed."""
        with self.lock:
            bits = np.zeros(self._capacity, np.uint8)
            for vessel_id, is_critical in open_alerts:
                i = self._index.get(vessel_id)
                if i is not None:
                    bits[i] |= ALERT_BIT | (CRITICAL_BIT if is_critical else 0)
            changed = np.flatnonzero(bits != self.alert_bits).astype(np.int32)
            self.alert_bits = bits
            return changed

    def frame(self, numbers: Sequence[int] | I32 | None, *, seq: int, now_us: int) -> bytes:
        """Return the binary frame of the socket protocol (docs/api.md) for some or all vessels."""
        with self.lock:
            n_all = len(self.vessel_ids)
            index = np.arange(n_all, dtype=np.uint32) if numbers is None else np.asarray(numbers, np.uint32)
            index = index[self.fix_time_us[index] != NO_TIME_US]
            parts = (
                struct.pack("<IIdd", MAGIC, len(index), float(seq), now_us / 1000.0),
                (self.fix_time_us[index] / 1000.0).astype("<f8").tobytes(),
                self.lat_deg[index].astype("<f8").tobytes(),
                self.lon_deg[index].astype("<f8").tobytes(),
                index.astype("<u4").tobytes(),
                self.sog_kn[index].astype("<f4").tobytes(),
                self.cog_deg[index].astype("<f4").tobytes(),
                self.alert_bits[index].tobytes(),
            )
        body = b"".join(parts)
        return body + b"\0" * (-len(body) % 8)

    def _numbers(self, batch: Positions, rows: I64) -> I64:
        """Return the picture's number of each row's vessel, adding vessels that are not on it yet."""
        codes = batch.vessel[rows]
        present = np.unique(codes)
        remap = np.zeros(len(batch.vessel_ids), np.int64)
        for code in present:
            vessel_id = batch.vessel_ids[code]
            i = self._index.get(vessel_id)
            if i is None:
                i = self._index[vessel_id] = len(self.vessel_ids)
                self.vessel_ids.append(vessel_id)
                if i >= self._capacity:
                    self._grow()
                card = self._cards.get(vessel_id)
                if card is not None and card.kind != "unknown":
                    self.kind[i] = KINDS.index(card.kind)
            remap[code] = i
        numbers: I64 = remap[codes]
        return numbers

    def _grow(self) -> None:
        self._capacity *= 2
        for name, fill in (
            ("fix_time_us", NO_TIME_US), ("received_time_us", NO_TIME_US), ("lat_deg", np.nan), ("lon_deg", np.nan),
            ("sog_kn", np.nan), ("cog_deg", np.nan), ("kind", 0), ("alert_bits", 0),
        ):  # fmt: skip
            column = getattr(self, name)
            setattr(self, name, np.concatenate([column, np.full(self._capacity - len(column), fill, column.dtype)]))
