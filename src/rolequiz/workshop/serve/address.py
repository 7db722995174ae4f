"""The one address a room is served at: found without sending anything, then bound."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import dataclass
from errno import EACCES, EADDRINUSE, EADDRNOTAVAIL
from ipaddress import ip_address

from rolequiz.errors import RolequizError

ELSEWHERE = ("192.0.2.1", 9)
"""An address of documentation (RFC 5737). Connecting a datagram socket only looks up the route."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address with its port."""

    host: str
    port: int

    @property
    def name(self) -> str:
        """As a browser puts it into ``Host``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 80 else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """What to open."""
        return f"http://{self.name}/"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return ip_address(self.host).is_loopback


def own_address() -> str:
    """This machine's address on its network; the loopback address where there is none."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(ELSEWHERE)
            found = str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
    return found if not ip_address(found).is_unspecified else "127.0.0.1"


def checked_host(asked: str) -> str:
    """One address in its usual spelling.

    Raises:
        RolequizError: it is none, or stands for several.
    """
    try:
        found = ip_address("127.0.0.1" if asked == "localhost" else asked)
    except ValueError as error:
        hint = "give one of this machine's, such as 192.168.1.20"
        raise RolequizError(f"--host {asked}: this is no address", hint) from error
    if found.is_unspecified or found.is_multicast:
        raise RolequizError(
            f"--host {asked}: this stands for many addresses", "choose one, the one on the network of the phones"
        )
    return str(found)


def listen(host: str, port: int) -> tuple[socket.socket, Address]:
    """A listening socket at this address; port 0 takes any that is free.

    Raises:
        RolequizError: the port is taken or not allowed, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(256)
    except OSError as error:
        listening.close()
        raise _cannot_bind(host, port, error) from error
    listening.setblocking(False)
    return listening, Address(host, int(listening.getsockname()[1]))


def _cannot_bind(host: str, port: int, error: OSError) -> RolequizError:
    match error.errno:
        case code if code == EADDRINUSE:
            return RolequizError(f"port {port} of {host} is taken", "end the other program, or choose another: --port")
        case code if code == EADDRNOTAVAIL:
            return RolequizError(f"{host} is no address of this machine", "choose one of its own with --host")
        case code if code == EACCES:
            return RolequizError(f"port {port} is not allowed to you", "choose one from 1024 up with --port")
        case _:
            return RolequizError(f"{host}, port {port}: {error.strerror}", "choose others with --host and --port")
