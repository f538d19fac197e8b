"""The room a watch is kept in: everything the pipeline, the API and the sources share in one mode.

Drill, recording and live each have a room of their own, with its own folder, database and clock; nothing is passed from
one to another.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from haidang.core.event import Event
from haidang.core.time import Clock
from haidang.core.zone import Port, Zone
from haidang.desk.watch.alert import Alert
from haidang.events.settings import EngineSettings
from haidang.events.standing import Differences
from haidang.events.watch import Watch
from haidang.forecast.crossing import CrossingModel, Forecasts
from haidang.live.fanout import Fanout
from haidang.live.feed_board import FeedBoard
from haidang.live.intake import Intake
from haidang.live.picture import Picture
from haidang.rules.finding import Held
from haidang.rules.pack import RulePack
from haidang.store.database import Store


@dataclass(slots=True)
class Room:
    """One mode's things.

    Attributes:
        mode: live, drill or recording.
        clock: the mode's time; the machine's own in live.
        confirmed: ids of unverified rules that the unit has confirmed.
        warnings: the newest forecasts.
        outages: supplier outages that are running; held: the silences that are laid to them.
        is_register_changed: the engine should look at the vessels' cards again.
        catch_up: what a restarted engine found that the store was not told of yet.
        keys_in_hand: (feed id, Idempotency-Key) -> its lock and how many requests hold or wait for it.
        on_critical: told of every critical alert that opens, after the commit; None if nobody outside wants to know.
    """

    mode: str
    store: Store
    clock: Clock
    pack: RulePack
    model: CrossingModel
    fanout: Fanout
    zones: Sequence[Zone] = ()
    ports: Sequence[Port] = ()
    confirmed: frozenset[str] = frozenset()
    settings: EngineSettings = field(default_factory=EngineSettings)
    picture: Picture = field(default_factory=Picture)
    board: FeedBoard = field(default_factory=FeedBoard)
    intake: Intake = field(default_factory=Intake)
    warnings: Forecasts | None = None
    outages: Sequence[Event] = ()
    held: Sequence[Held] = ()
    is_register_changed: bool = False
    catch_up: Differences | None = None
    on_critical: Callable[[Alert], None] | None = None
    keys_in_hand: dict[tuple[str, str], tuple[asyncio.Lock, int]] = field(default_factory=dict)
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.renew_watch()

    @property
    def is_drill(self) -> bool:
        """Return whether what is shown is simulated."""
        return self.mode == "drill"

    def renew_watch(self) -> None:
        """Put a fresh engine in place: at start, and after a transaction that failed."""
        self.watch = Watch(self.settings, self.zones, self.ports, self.picture.cards())
