# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a walk knows on its way, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from simulator.walk.atlas import Atlas, Located

State = Literal["Connectable", "ConfigError", "Unreachable", "Unsupport"]


class BlockedError(Exception):
    """The walk ends here; `state` is what the test answers."""

    def __init__(self, hop: str, reason: str, state: State = "Unreachable") -> None:
        super().__init__(f"{hop}: {reason}")
        self.hop = hop
        self.reason = reason
        self.state: State = state


@dataclass(frozen=True)
class Target:
    """Where a connection goes: an address and port, and the instance it is meant for when the data source names one."""

    host: str
    ip: IPv4Address
    port: int
    public: bool
    instance: str = ""


@dataclass
class Trail:
    """The objects a walk looks things up in, and the hops it has passed."""

    atlas: Atlas
    hops: list[str] = field(default_factory=list)

    def passed(self, hop: str, detail: str) -> None:
        """Note a hop that let the packet through."""
        self.hops.append(f"{hop}: {detail}")


@dataclass(frozen=True)
class Delivery:
    """Where routing has brought a packet: into a VPC, or (None) onto the Internet, and the sources it seems to have."""

    vpc: Located | None
    sources: tuple[IPv4Network, ...]
