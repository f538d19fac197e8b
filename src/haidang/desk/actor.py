"""Who acts, and what a role may do.

A station has three people on a quiet night and thirty in a storm; the same person wears several hats. So rights
hang on capabilities, roles are bundles of them, and an account may carry several roles.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from haidang.core.errors import Conflict, NotAllowed

#: Capability -> roles that have it. Everybody who can log in may read.
CAPABILITIES: dict[str, frozenset[str]] = {
    "watch": frozenset({"admin", "command", "watch"}),
    "register": frozenset({"admin", "command", "watch", "gate"}),
    "gate": frozenset({"admin", "command", "gate"}),
    "rescue": frozenset({"admin", "command", "watch", "rescue"}),
    "patrol": frozenset({"admin", "command", "patrol"}),
    "obligations": frozenset({"admin", "command", "steering"}),
    "accounts": frozenset({"admin"}),
}

#: Every role an account may carry.
ROLES: tuple[str, ...] = ("admin", "command", "watch", "gate", "rescue", "patrol", "steering", "viewer")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (by account) or the desk itself.

    Attributes:
        username: account name; `system` for the desk's own steps.
        roles: names out of ROLES.
    """

    username: str
    roles: frozenset[str] = frozenset()

    def can(self, capability: str) -> bool:
        """Return whether one of the roles has the capability."""
        return not self.roles.isdisjoint(CAPABILITIES[capability])


#: The desk itself: opens, refreshes and wakes alerts. It holds no capability, so no person's step can be done as it.
SYSTEM = Actor("system")


def actor(username: str, roles: Iterable[str]) -> Actor:
    """Return an Actor from any iterable of role names; unknown names give no rights."""
    return Actor(username, frozenset(roles))


def require(person: Actor, capability: str) -> None:
    """Check that the person may act in a room.

    Raises:
        NotAllowed: none of the person's roles has the capability.
    """
    if not person.can(capability):
        need = ", ".join(sorted(CAPABILITIES[capability]))
        raise NotAllowed(
            f"{person.username} may not change things in '{capability}': it needs one of the roles {need}",
            capability=capability,
        )


def require_version(version: int, base_version: int, what: str) -> None:
    """Check that nobody changed the object since the caller read it.

    Raises:
        Conflict: `base_version` is not the object's version.
    """
    if version != base_version:
        raise Conflict(
            f"{what} was changed meanwhile: it is at version {version}, your change is based on {base_version}; "
            "read it again and repeat the step if it still applies",
            version=version,
            base_version=base_version,
        )
