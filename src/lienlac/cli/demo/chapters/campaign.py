"""A pasted police report in Vietnamese becomes intelligence, and the campaign in it is shared with the other node.

The report is invented; so are its names, numbers and accounts. It holds a whole card number, which is cut before
anything is kept. What was shared is answered object by object, and the other side says that it has seen it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lienlac.cli.demo.checks import auditor
from lienlac.cli.demo.story import analyst, until
from lienlac.errors import NotAllowed
from lienlac.interface.intelligence import CollectionForm, IntelParcel
from lienlac.interface.intelligence.intake import IntakeConfirmed

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.cli.demo.checks import Finding
    from lienlac.cli.demo.stage import Stage
    from lienlac.cli.demo.story import Played
    from lienlac.interface.intelligence.sharing import ShareLine

TITLE: Final = "GoldenTrade FX (trình diễn)"
CARD: Final = "4111 1111 1111 1111"
REPORT: Final = f"""TRÌNH DIỄN. Bà N.T.L. trình báo: quen qua mạng một người tự xưng chuyên viên của sàn GoldenTrade FX,
vào trang hxxps://goldentrade-fx[.]example và nhóm Telegram @goldentrade_support_vn. Bị hại chuyển khoản ba lần vào
STK 0071000918273 Vietcombank, chủ tài khoản NGUYEN VAN THANH, tổng cộng 1,2 tỷ đồng; số điện thoại đối tượng
0912 345 678. Đối tượng còn xin số thẻ {CARD} để "xác minh"."""
CAMPAIGN_ID: Final = "campaign--5b3f7c1e-94a2-4d0c-8f61-2c7d9e0a1b34"
_CAMPAIGN: Final = (
    '{"type":"campaign","spec_version":"2.1","id":"' + CAMPAIGN_ID + '","created":"2026-11-20T08:00:00.000Z",'
    '"modified":"2026-11-20T08:00:00.000Z","name":"GoldenTrade FX","objective":"Fake forex platform (invented)"}'
)


def play(stage: Stage, tell: Callable[..., None], played: Played) -> tuple[Finding, ...]:
    """Viet Nam's analyst takes the report in and shares; the United States' says that it has seen the account too."""
    del played
    vn_side, us_side = stage.sides
    with vn_side.client(analyst(vn_side)) as vn, us_side.client(analyst(us_side)) as us:
        collection = vn.create_collection(CollectionForm(title=TITLE))
        proposed = vn.take_text_in(REPORT, "Đơn trình báo (trình diễn)")
        if CARD in proposed.text:
            raise NotAllowed("demo-failed", reason="card")
        kept = tuple(one.number for one in proposed.finds if one.makes)
        tell(vn_side, "demo-report-read", count=len(proposed.finds), removed=sum(proposed.removed.values()))
        vn.confirm_report(
            proposed.id,
            IntakeConfirmed(title=TITLE, collection=collection.id, keep=kept, typologies=("fxp-rig",)),
        )
        vn.add_objects(collection.id, IntelParcel(objects=(_CAMPAIGN,)))
        order = _order(collection.id, us_side.node_id)
        preview = vn.preview_share(order).previews[0]
        share = vn.begin_share({**order, "digests": [preview.digest]}).shares[0]
        tell(vn_side, "demo-shared", count=preview.count)
        until("share", lambda: _taken(vn.share(share).share) == preview.count)
        tell(us_side, "demo-share-taken", count=preview.count)
        us.say_sighting({"object": CAMPAIGN_ID, "count": 2, "useful": 4, "text": "Two victims here as well."})
        until("sighting", lambda: vn.sightings(CAMPAIGN_ID).sightings)
        tell(us_side, "demo-sighted")
    return (("check-campaign", lambda: _check(stage, share, preview.count)),)


def _order(collection: str, to: str) -> dict[str, Any]:
    return {
        "collection": collection,
        "to": [to],
        "title": TITLE,
        "purpose": "prevent-crime",
        "legal_basis": "bilateral-arrangement",
        "legal_basis_text": "Demo arrangement between the two demo nodes, article 5",
        "typology": "fxp-rig",
        "tlp": "amber",
        "pap": "amber",
    }


def _taken(share: ShareLine) -> int:
    return share.counts.get("new", 0) + share.counts.get("same", 0)


def _check(stage: Stage, share: str, count: int) -> tuple[bool, str]:
    """Each auditor sees the same campaign, byte for byte, and that every object was taken; no card number is there."""
    vn_side, us_side = stage.sides
    with vn_side.client(auditor(vn_side)) as vn, us_side.client(auditor(us_side)) as us:
        told = vn.share(share).share
        raws = [node.object(CAMPAIGN_ID).versions[0].raw for node in (vn, us)]
        (arrived,) = us.arrived_shares().arrived
    held = raws == [_CAMPAIGN, _CAMPAIGN] and _taken(told) == count == arrived.new
    return held and not told.unconfirmed, f"{arrived.new} = {count}"
