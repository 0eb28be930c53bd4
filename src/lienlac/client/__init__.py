"""A small typed client of a node's interface for programs: what `lienlac request` and others use.

The types are those that the node answers with (`lienlac.interface`); a test holds that every route has its method here.
"""

from __future__ import annotations

from lienlac.client.calls import LOOPBACK, FromNode, NodeNotAllowed, NodeRefused
from lienlac.client.cooperation.bridge import BridgeCalls
from lienlac.client.cooperation.cases import CaseCalls
from lienlac.client.cooperation.delegations import DelegationCalls
from lienlac.client.cooperation.joining import JoiningCalls
from lienlac.client.cooperation.lessons import LessonCalls
from lienlac.client.cooperation.programmes import ProgrammeCalls
from lienlac.client.cooperation.records import RecordCalls
from lienlac.client.duty import DutyCalls
from lienlac.client.feeds import FeedCalls
from lienlac.client.imports import ImportCalls
from lienlac.client.intelligence import IntelligenceCalls
from lienlac.client.matters import MatterCalls
from lienlac.client.requests import RequestCalls
from lienlac.client.sharing import SharingCalls

__all__ = ["LOOPBACK", "Client", "FromNode", "NodeNotAllowed", "NodeRefused"]


class Client(
    RequestCalls,
    MatterCalls,
    IntelligenceCalls,
    SharingCalls,
    FeedCalls,
    DutyCalls,
    ImportCalls,
    RecordCalls,
    JoiningCalls,
    BridgeCalls,
    ProgrammeCalls,
    LessonCalls,
    CaseCalls,
    DelegationCalls,
):
    """One node's interface, as one officer. Use as a context manager, or `close` it.

    Every method raises `NodeRefused` or `NodeNotAllowed` with the node's code and sentences, and
    `NotAllowed("node-unreachable" | "node-answered")`; the constructor `NotAllowed("url-not-safe" | "token-invalid")`.
    """
