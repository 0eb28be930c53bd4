"""Ports of the demo: those asked for where they are free, and else some that nobody is given meanwhile."""

from __future__ import annotations

import socket

from lienlac.cli.demo.stage import free_ports


def test_a_port_that_is_taken_is_replaced() -> None:
    (port,) = free_ports(0, 1)
    assert free_ports(port, 1) == [port]
    with socket.create_server(("127.0.0.1", port)):
        (other,) = free_ports(port, 1)
    assert other != port


def test_what_replaces_is_given_to_nobody_who_asks_for_any_port() -> None:
    """Linux gives ports from 32,768 on, unless somebody has set it otherwise."""
    found = free_ports(0, 8)
    assert len(set(found)) == 8
    assert max(found) < 32_768
