"""Intelligence: collections, objects in and out, quarantine; files of any size go in and come out piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from lienlac.client.calls import Caller
from lienlac.interface.intelligence import (
    Collection,
    CollectionAccess,
    Collections,
    HeldObject,
    HeldPage,
    IntelObject,
    IntelPage,
    IntelResult,
    IntelTaken,
    MarksTold,
)
from lienlac.interface.intelligence.around import IntelAround, IntelPath
from lienlac.interface.intelligence.picture import PicturedRecords, ThreatPicture
from lienlac.interface.intelligence.search import IntelFound, SavedSearches, SearchKept
from lienlac.interface.intelligence.sources import SourcesPage
from lienlac.interface.parts import Done

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lienlac.interface.intelligence import CollectionForm, IntelParcel, MarksForm
    from lienlac.interface.intelligence.search import IntelSearch, SaveSearch
    from lienlac.interface.requests import Named


class _Envelope(msgspec.Struct):
    """A TAXII envelope whose objects stay the bytes that they are."""

    more: bool = False
    next: str = ""
    objects: list[msgspec.Raw] = []


class IntelligenceCalls(Caller):
    """Calls about intelligence."""

    def collections(self, *, closed: Literal["no", "yes"] = "no") -> Collections:
        """The collections that this officer may know of."""
        return self._get(Collections, "/api/intelligence/collections", {"closed": closed})

    def collection(self, collection_id: str) -> Collection:
        """One of them."""
        return self._get(Collection, "/api/intelligence/collections/{collection_id}", collection_id=collection_id)

    def create_collection(self, form: CollectionForm) -> Collection:
        """A new one."""
        return self._post(Collection, "/api/intelligence/collections", form)

    def describe_collection(self, collection_id: str, form: CollectionForm) -> Collection:
        """Say anew what it is."""
        return self._post(
            Collection, "/api/intelligence/collections/{collection_id}/describe", form, collection_id=collection_id
        )

    def close_collection(self, collection_id: str) -> Collection:
        """From now on it takes and gives nothing."""
        return self._post(
            Collection, "/api/intelligence/collections/{collection_id}/close", {}, collection_id=collection_id
        )

    def who_sees_collection(self, collection_id: str) -> CollectionAccess:
        """Who may know of it."""
        return self._get(
            CollectionAccess, "/api/intelligence/collections/{collection_id}/access", collection_id=collection_id
        )

    def collection_access(
        self, collection_id: str, act: Literal["restrict", "allow", "take-back", "lift"], named: Named
    ) -> CollectionAccess:
        """Restrict it to those named, allow them too, take access back, or lift the restriction."""
        return self._post(
            CollectionAccess,
            "/api/intelligence/collections/{collection_id}/{act}",
            named,
            collection_id=collection_id,
            act=act,
        )

    def objects(self, collection_id: str, **query: Any) -> IntelPage:
        """The objects added last (type, cursor, rows)."""
        return self._get(
            IntelPage, "/api/intelligence/collections/{collection_id}/objects", query, collection_id=collection_id
        )

    def add_objects(self, collection_id: str, parcel: IntelParcel) -> IntelTaken:
        """Objects into a collection."""
        return self._post(
            IntelTaken, "/api/intelligence/collections/{collection_id}/objects", parcel, collection_id=collection_id
        )

    def object(self, object_id: str) -> IntelObject:
        """One object with its versions."""
        return self._get(IntelObject, "/api/intelligence/objects/{object_id}", object_id=object_id)

    def search_intelligence(self, asked: IntelSearch) -> IntelFound:
        """One page of a search."""
        return self._post(IntelFound, "/api/intelligence/search", asked)

    def saved_searches(self) -> SavedSearches:
        """Searches that one keeps."""
        return self._get(SavedSearches, "/api/intelligence/searches")

    def keep_search(self, form: SaveSearch) -> SearchKept:
        """Keep one under a name."""
        return self._post(SearchKept, "/api/intelligence/searches", form)

    def forget_search(self, filter_id: str) -> Done:
        """Forget one."""
        return self._typed(Done, self._call("DELETE", "/api/intelligence/searches/{filter_id}", filter_id=filter_id))

    def neighbours(self, object_id: str) -> IntelAround:
        """What stands around an object."""
        return self._get(IntelAround, "/api/intelligence/objects/{object_id}/neighbours", object_id=object_id)

    def path_between(self, object_id: str, other_id: str) -> IntelPath:
        """The shortest way between two objects."""
        return self._get(
            IntelPath,
            "/api/intelligence/objects/{object_id}/path/{other_id}",
            object_id=object_id,
            other_id=other_id,
        )

    def sources(self, **query: Any) -> SourcesPage:
        """Who gave which collection how much (giver, cursor, rows)."""
        return self._get(SourcesPage, "/api/intelligence/sources", query)

    def quarantine(self, **query: Any) -> HeldPage:
        """What is held (collection, state, cursor, rows)."""
        return self._get(HeldPage, "/api/intelligence/quarantine", query)

    def held(self, held_id: str) -> HeldObject:
        """One of them with its bytes."""
        return self._get(HeldObject, "/api/intelligence/quarantine/{held_id}", held_id=held_id)

    def check_held(self, held_id: str) -> IntelResult:
        """Check it again."""
        return self._post(IntelResult, "/api/intelligence/quarantine/{held_id}/check", {}, held_id=held_id)

    def dismiss_held(self, held_id: str) -> Done:
        """It will not be used."""
        return self._post(Done, "/api/intelligence/quarantine/{held_id}/dismiss", {}, held_id=held_id)

    def object_marks(self, collection_id: str, object_id: str) -> MarksTold:
        """The marks beside an object, and the least that can stand there."""
        return self._get(
            MarksTold,
            "/api/intelligence/collections/{collection_id}/objects/{object_id}/marks",
            collection_id=collection_id,
            object_id=object_id,
        )

    def set_marks(self, collection_id: str, object_id: str, form: MarksForm) -> MarksTold:
        """Set them; less strict ones need a token that names `intel.share`."""
        return self._post(
            MarksTold,
            "/api/intelligence/collections/{collection_id}/objects/{object_id}/marks",
            form,
            collection_id=collection_id,
            object_id=object_id,
        )

    def threat_picture(self, **query: str) -> ThreatPicture:
        """All numbers of the threat picture (span, typology)."""
        return self._get(ThreatPicture, "/api/intelligence/picture", query)

    def pictured_records(self, **query: str) -> PicturedRecords:
        """The records behind a number (span, typology, kind, begins, currency, origin, target)."""
        return self._get(PicturedRecords, "/api/intelligence/picture/records", query)

    def export_objects(self, collection_id: str, *, versions: Literal["last", "all"] = "last") -> Iterator[bytes]:
        """Every object of a collection as the bytes that it is, page by page over TAXII."""
        onward = ""
        while True:
            query = {"match[version]": versions} | ({"next": onward} if onward else {})
            page = self._get(
                _Envelope,
                "/taxii2/intelligence/collections/{collection_id}/objects/",
                query,
                collection_id=collection_id,
            )
            yield from (bytes(raw) for raw in page.objects)
            if not page.more:
                return
            onward = page.next
