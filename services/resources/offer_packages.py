"""Packages of offers (contract §4.1): the only way to create, change, and delete offers.

create, upload once or several times, wait until the uploads are taken in, submit, wait, read the results. Every step is
one call, so that a process can stop after any of them; ``rules/package_flow.py`` says which step is next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import Conflict, DataError, InvalidRequest, OutcomeUnknown
from ..payloads.offer import reference
from ..payloads.package_result import OfferPackage, OfferResult
from .cursor import MAX_LIMIT, CursorPage, read_page, walk_pages
from .package_id import package_id_of

if TYPE_CHECKING:
    from ..client import CdiscountClient

PACKAGE_TYPES = ("Upsert", "Update", "Delete")
MAX_UPLOAD = 100  # contract §1.5
MAX_PACKAGE = 50_000  # contract §1.5, one author's reading
_PATH = "/offer-packages"
_LOOK_AT = 100


@dataclass(frozen=True, slots=True)
class ResultPage:
    """``rejected`` counts rows that do not say which offer they are about; ``next_cursor`` is "" on the last page."""

    items: tuple[OfferResult, ...]
    rejected: int
    next_cursor: str


class OfferPackages:
    def __init__(self, client: CdiscountClient):
        self._client = client

    # No model of Odoo, so there is nothing above to call.
    def create(self, package_type: str, sales_channel_id: str = "") -> str:  # pylint: disable=method-required-super
        """Open a package and return its id. One per channel and type may be open.

        :param package_type: Upsert, Update or Delete, exactly so
        :raises Conflict: one is open already; ``find_open`` tells which
        :raises OutcomeUnknown: it may have been opened; ``find_open`` tells. Repeating blindly leaves a second one
            behind (contract §12 no. 28, 29)
        """
        if package_type not in PACKAGE_TYPES:
            raise InvalidRequest(params={"method": "POST", "path": _PATH, "detail": "unknown type of package"})
        response = self._client.call(
            "POST",
            _PATH,
            json={"packageType": package_type},
            safe_to_repeat=False,
            sales_channel_id=sales_channel_id,
        )
        found = package_id_of(response, "Content-Location", "Location")
        if not found:
            # It is there, and only its id is not: the same as an answer that was lost.
            said = {"host": response.host, "method": "POST", "path": response.path, "cause": "no id in the answer"}
            raise OutcomeUnknown(params=said, status=response.status)
        return found

    def upload(self, package_id: str, requests: Sequence[Mapping[str, Any]]) -> None:
        """Add 1 to 100 offer requests (``rules/offer_request.py`` builds them).

        :raises InvalidRequest: no request, more than 100, or one without or with a repeated reference: the marketplace
            would refuse both lines of a repeated one (contract §12 no. 4)
        :raises OutcomeUnknown: never send them again in this package. Submit it: what its results do not name did not
            arrive
        :raises NotFound: the package expired; nothing of it was done
        :raises Conflict: it was submitted meanwhile
        """
        path = f"{_path_of(package_id)}/offer-requests"
        skus = [reference(request) for request in requests]
        problem = _upload_problem(skus)
        if problem:
            raise InvalidRequest(params={"method": "POST", "path": path, "detail": problem})
        self._client.call("POST", path, json=list(requests), safe_to_repeat=False)

    def get(self, package_id: str) -> OfferPackage:
        """The package and its state.

        :raises NotFound: it expired (6 hours without being submitted), or never was
        """
        return OfferPackage.parse({"packageId": package_id, **self._client.get_object(_path_of(package_id))})

    def submit(self, package_id: str) -> OfferPackage:
        """Set it Ready and return it as it then is. Doing so twice does no harm.

        When the marketplace refuses, or its answer is lost, the package is looked at: one that was submitted is a
        success, one that is ``busy`` is returned as it is, to be submitted a moment later.

        :raises InvalidRequest: it cannot be submitted: it is empty
        :raises NotFound: it expired
        """
        path = _path_of(package_id)
        try:
            self._client.call("PATCH", path, json={"state": "Ready"}, safe_to_repeat=True)
        except (InvalidRequest, Conflict, OutcomeUnknown) as error:
            package = self.get(package_id)
            if package.phase == "open":
                raise _plain_refusal(error) from error
            return package
        return OfferPackage(package_id, state="Ready")

    def results(self, package_id: str, cursor: str = "", limit: int = MAX_LIMIT) -> Iterator[ResultPage] | None:
        """What became of each offer, page by page; None when it is too early, which is no error.

        A package that was rejected as a whole has no lines: look at ``get`` first.

        :raises NotFound: they are no longer kept (3 days), or the package is gone
        """
        pages = walk_pages(self._client, _results_path(package_id), {}, cursor, limit)
        try:
            first = next(pages, None)
        except InvalidRequest:
            # 400 is the answer to being early (contract §4.1), and to anything else that is wrong with the call.
            if self.get(package_id).is_over:
                raise
            return None
        return map(_parsed, chain([first] if first else [], pages))

    def result_page(self, package_id: str, cursor: str = "", limit: int = MAX_LIMIT) -> ResultPage | None:
        """One page of ``results``, for a job that stores page by page; None when it is too early."""
        try:
            return _parsed(read_page(self._client, _results_path(package_id), {}, cursor, limit))
        except InvalidRequest:
            if self.get(package_id).is_over:
                raise
            return None

    def list(self, state: str = "", sales_channel_id: str = "", limit: int = MAX_LIMIT) -> Iterator[OfferPackage]:
        """Packages of a channel, page by page, in the marketplace's order; entries without an id are left out."""
        channel = sales_channel_id or self._client.sales_channel_id
        params = {name: value for name, value in (("state", state), ("salesChannelId", channel)) if value}
        for page in walk_pages(self._client, _PATH, params, limit=limit):
            yield from _packages(page)

    def find_open(self, package_type: str, sales_channel_id: str = "") -> tuple[OfferPackage, ...]:
        """The packages of a type that were not submitted: at most one, unless something went wrong.

        Those whose upload is being taken in have a state of their own, which no filter is known for, so the last
        packages of any state are looked at as well.
        """
        found = [*self.list("WaitingForCompletion", sales_channel_id)]
        if not any(_is_of(package, package_type) for package in found):
            channel = sales_channel_id or self._client.sales_channel_id
            page = read_page(self._client, _PATH, {"salesChannelId": channel}, limit=_LOOK_AT)
            found += _packages(page)
        unique = {package.package_id: package for package in found if _is_of(package, package_type)}
        return tuple(package for package in unique.values() if not package.is_submitted)


def _is_of(package: OfferPackage, package_type: str) -> bool:
    return package.type.casefold() == package_type.casefold()


def _packages(page: CursorPage) -> Iterator[OfferPackage]:
    for raw in page.items:
        raw = {"packageId": raw} if isinstance(raw, str) else raw
        try:
            yield OfferPackage.parse(raw)
        except DataError:
            continue


def _parsed(page: CursorPage) -> ResultPage:
    found = [line for line in map(OfferResult.parse, page.items) if line]
    return ResultPage(tuple(found), len(page.items) - len(found), page.next_cursor)


def _plain_refusal(error: DataError | OutcomeUnknown) -> DataError:
    """The package is open after all: nothing happened, so what is left is a refusal."""
    if isinstance(error, OutcomeUnknown):
        return InvalidRequest(params=error.params, status=error.status, trace_id=error.trace_id)
    return error


def _upload_problem(skus: list[str]) -> str:
    if not 1 <= len(skus) <= MAX_UPLOAD:
        return f"{len(skus)} offers; 1 to {MAX_UPLOAD} go into one upload"
    if not all(skus):
        return "an offer without a reference"
    twice = next((sku for place, sku in enumerate(skus) if sku in skus[:place]), "")
    return f"the reference {twice} is there twice" if twice else ""


def _path_of(package_id: str) -> str:
    return f"{_PATH}/{quote(str(package_id), safe='')}"


def _results_path(package_id: str) -> str:
    return f"{_path_of(package_id)}/offer-requests-results"
