"""The host of the watch: enters a mode, leaves it, and keeps the rest of the server from knowing how.

One mode runs at a time. Leaving one stops its sources, finishes the batch in hand and closes its database; entering one
opens another folder. So nothing of a drill can reach the live desk, not even by mistake.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from haidang.core.errors import InvalidInput
from haidang.core.time import HOUR_US, ManualClock, SystemClock, format_iso
from haidang.desk.actor import Actor
from haidang.desk.watch.alert import Alert, resolve
from haidang.forecast.crossing import load_model
from haidang.links.webhook import Message, Webhook
from haidang.live.fanout import Fanout
from haidang.live.feed_board import FeedBoard
from haidang.live.intake import Source
from haidang.live.modes import DRILL_FEED, RECORDING_FEED, Options, Setting, set_up
from haidang.live.playback_folder import folder_for
from haidang.live.recordings import PlaybackSource, cursor_time_us
from haidang.live.restart import rebuild, show_stored
from haidang.live.room import Room
from haidang.live.watchkeeper import Watchkeeper
from haidang.rules.pack import load_pack
from haidang.store import accounts, alerts, feeds, vessels
from haidang.store.database import Store, open_store
from haidang.store.location import MODES, Location, locate

_PLAYBACK = {"drill": DRILL_FEED, "recording": RECORDING_FEED}
#: In the drill, what ended longer ago than this was finished by the shift before.
HANDED_OVER_US = 6 * HOUR_US
Progress = Callable[[str, float], None]
_log = logging.getLogger("haidang.host")


def _silent(_what: str, _share: float) -> None:
    return None


class Host:
    """Runs one mode of the desk at a time."""

    def __init__(
        self,
        *,
        data: Path | None,
        database: str | None,
        mode: str,
        options: Options,
        admin_password: str | None = None,
        on_progress: Progress = _silent,
    ) -> None:
        self._data = data
        self._database = database
        self._options = options
        self._first_mode = mode
        self._webhook: Webhook | None = None
        self._admin_password = admin_password
        self._on_progress = on_progress
        self._switching = threading.Lock()
        #: Modes the menu offers; live only where it was asked for.
        self.modes: tuple[str, ...] = MODES if mode == "live" else tuple(m for m in MODES if m != "live")
        self.setting: Setting
        #: What "play" returns to after a pause.
        self.resume_speed = 60.0
        self.keeper: Watchkeeper
        self._enter(mode)

    @property
    def room(self) -> Room:
        """Return the room of the mode that is on."""
        return self.keeper.room

    def login_link(self) -> str:
        """Return a fresh one-time login secret for the local administrator."""
        with self.room.store.write() as conn:
            return accounts.create_login_link(conn, accounts.ADMIN, now_us=SystemClock().now_us())

    def switch(self, mode: str, username: str) -> None:
        """Leave the mode that is on and enter another; the person who asks keeps an account there.

        Raises:
            InvalidInput: this desk doesn't offer the mode.
        """
        if mode not in self.modes:
            raise InvalidInput(f"mode {mode!r}: this desk offers {', '.join(self.modes)}")
        with self._switching:
            if mode == self.room.mode:
                return
            before = self.room.mode
            with self.room.store.read() as conn:
                account = accounts.find_account(conn, username)
            self.room.fanout.publish("mode", mode)
            self.close()
            try:
                self._enter(mode)
            except Exception:
                # Better the desk that was than none at all; the person who asked is told why.
                _log.warning("the mode %s could not be entered: back to %s", mode, before)
                self._enter(before)
                raise
            if account is not None:
                self._bring_account(account)

    def close(self) -> None:
        """Stop the watch and close its database."""
        self.keeper.stop()
        if self._webhook is not None:
            self._webhook.stop()
            self._webhook = None
        self.room.store.close()

    def _enter(self, mode: str) -> None:
        # The speed that was asked for is that of the mode that was asked for, not of what the menu leads to.
        options = self._options if mode == self._first_mode else replace(self._options, speed=None)
        location = folder_for(locate(data=self._data, database=self._database, mode=mode), options)
        self._on_progress("opening the database", 0.0)
        store = open_store(location, is_server=True)
        try:
            self.keeper = self._prepare(location, options, store)
        except BaseException:
            store.close()
            raise
        self.keeper.start()

    def _prepare(self, location: Location, options: Options, store: Store) -> Watchkeeper:
        wall_us = SystemClock().now_us()
        feed_id = _PLAYBACK.get(location.mode)
        with store.write() as conn:
            accounts.ensure_admin(conn, self._admin_password, now_us=wall_us)
            cursor_us = cursor_time_us(feeds.cursor(conn, feed_id)) if feed_id else None
        self._on_progress("preparing the fleet" if location.mode == "drill" else "reading the layers", 0.0)
        self.setting = set_up(location, options, cursor_us)
        with store.write() as conn:
            vessels.learn(conn, self.setting.vessels, source="register", now_us=wall_us)
            cards = vessels.cards(conn)
        room = Room(
            location.mode,
            store,
            self.setting.clock,
            load_pack("vietnam"),
            load_model(None),
            # After a restart numbers go on above those of before, so a screen cannot resume a stream that is gone.
            Fanout(wall_us // 1000),
            zones=tuple(self.setting.zones),
            ports=tuple(self.setting.ports),
        )
        self._connect_webhook(room, options)
        room.board = _board(store)
        show_stored(room, cards)
        after_us = cursor_us if cursor_us is not None else self.setting.preload_from_us
        sources = self.setting.sources(after_us)
        for source in sources:
            room.board.add(source.feed_id, source.name, source.kind)
        preload_until_us = self.setting.preload_until_us
        is_preloaded = preload_until_us is None or (cursor_us is not None and cursor_us >= preload_until_us)
        if cursor_us is not None or is_preloaded:
            rebuild(room, room.clock.now_us() if is_preloaded else after_us)
        if not is_preloaded:
            self._preload(room, sources, after_us)
        return Watchkeeper(room, sources)

    def _connect_webhook(self, room: Room, options: Options) -> None:
        """Tell the address that was named of critical alerts, each once; never of a drill or a recording."""
        if options.webhook is None:
            return
        webhook = Webhook(options.webhook, is_drill=room.mode != "live")
        if room.mode != "live":
            return
        told: set[str] = set()

        def tell(alert: Alert) -> None:
            if alert.alert_id not in told:
                told.add(alert.alert_id)
                webhook.offer(Message(alert.alert_id, _notice(alert, room)))

        self._webhook = webhook
        room.on_critical = tell
        webhook.start()

    def _preload(self, room: Room, sources: Sequence[Source], from_us: int) -> None:
        """Run the first stretch of a playback through the pipeline, hour by hour of its own time."""
        until_us = self.setting.preload_until_us or 0
        clock = ManualClock(from_us)
        room.clock = clock
        preparing = Watchkeeper(room)
        for source in sources:
            assert isinstance(source, PlaybackSource)
            while (arrival := source.arrival_until(until_us)) is not None:
                clock.set(cursor_time_us(arrival.cursor) or until_us)
                preparing.turn([arrival])
                done = (clock.now_us() - from_us) / max(1, until_us - from_us)
                self._on_progress("running the first days of the drill" if room.is_drill else "loading", done)
        if room.is_drill:
            hand_over(room)
        room.clock = self.setting.clock

    def _bring_account(self, account: accounts.Account) -> None:
        with self.room.store.write() as conn:
            if accounts.find_account(conn, account.username) is None:
                accounts.add_account(
                    conn,
                    account.username,
                    password=None,
                    roles=account.roles,
                    now_us=SystemClock().now_us(),
                    display_name=account.display_name,
                    language=account.language,
                )


def _notice(alert: Alert, room: Room) -> dict[str, object]:
    """Return what a webhook is told of an alert (docs/operate.md)."""
    card, words = room.picture.card(alert.vessel_id), alert.wording
    return {
        "alert_id": alert.alert_id,
        "rule_id": alert.rule_id,
        "rule_version": alert.rule_version,
        "severity": alert.severity,
        "vessel_id": alert.vessel_id,
        "vessel_label": card.registration or card.name or alert.vessel_id,
        "since": format_iso(alert.since_us),
        "opened": format_iso(alert.opened_us),
        "lat_deg": alert.lat_deg,
        "lon_deg": alert.lon_deg,
        "title_vi": words.title_vi,
        "title_en": words.title_en,
        "reason_vi": words.reason_vi,
        "reason_en": words.reason_en,
        "source": words.source,
    }


def hand_over(room: Room) -> None:
    """Let the drill's previous shift finish what ended before its last six hours, as a real one would have.

    Nobody takes over a desk on which three days of finished work still lie open.
    """
    now_us = room.clock.now_us()
    shift = Actor("ca-truoc", frozenset({"watch"}))
    with room.store.write() as conn:
        ended = [a for a in alerts.unresolved(conn) if not a.lasting and a.updated_us < now_us - HANDED_OVER_US]
        alerts.save(
            conn,
            [
                resolve(
                    a,
                    shift,
                    outcome="returned",
                    base_version=a.version,
                    now_us=now_us,
                    note="DIỄN TẬP: ca trước đã xử lý xong",
                )
                for a in ended
            ],
        )
        room.picture.mark_alerts([(a.vessel_id, a.severity == "critical") for a in alerts.unresolved(conn)])


def _board(store: Store) -> FeedBoard:
    """Return the feeds' counters as the store remembers them."""
    board = FeedBoard()
    with store.read() as conn:
        for record in feeds.all_feeds(conn):
            if record.feed_id == "desk":
                continue
            health = board.add(record.feed_id, record.name, record.kind)
            health.positions, health.duplicates = record.positions, record.duplicates
            health.last_received_us = record.last_recorded_us
            health.rejects_by_reason.update(record.rejects_by_reason)
    return board
