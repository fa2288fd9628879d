"""Packages of offers in XML (contract §4.3): the marketplace fetches a zip from an address it is told.

There is no list of them: a package whose answer was lost cannot be found again, see ``submit``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from ..errors import OutcomeUnknown, ProtocolError
from ..payloads.xml_package import XmlReport
from .package_id import package_id_of

if TYPE_CHECKING:
    from ..client import CdiscountClient

_PATH = "/offer-integration-packages"
PAGE = 1000
MOST_PAGES = 200


class XmlPackages:
    def __init__(self, client: CdiscountClient):
        self._client = client

    def submit(self, url: str, sales_channel_id: str = "") -> str:
        """Tell the marketplace where the zip is; returns the number of the package.

        The body is the bare address, as a client sent it whose calls were answered.

        :raises OutcomeUnknown: it may have been taken. Whether the zip was fetched tells; before it is offered again
            its address must be dead, or the package might be carried out twice
        """
        response = self._client.call("POST", _PATH, json=url, safe_to_repeat=False, sales_channel_id=sales_channel_id)
        found = package_id_of(response, "Content-Location", "Location")
        if not found:
            said = {"host": response.host, "method": "POST", "path": response.path, "cause": "no id in the answer"}
            raise OutcomeUnknown(params=said, status=response.status)
        return found

    def pages(self, package_id: str, limit: int = PAGE) -> Iterator[XmlReport]:
        """The report, page by page, until one is not full; the first one alone while it is still being worked on.

        :raises NotFound: nobody knows the package (any more)
        :raises ProtocolError: the list has no end
        """
        path, seen = f"{_PATH}/{quote(str(package_id), safe='')}", 0
        for page in range(1, MOST_PAGES + 1):
            report = XmlReport.parse(self._client.get_object(path, {"$limit": limit, "$page": page}), package_id)
            yield report
            seen += len(report.lines)
            full = len(report.lines) >= limit and (report.total is None or seen < report.total)
            if report.state == "waiting" or not report.lines or not full:
                return
        raise ProtocolError("unexpected_shape", {"path": path, "method": "GET", "detail": "the report has no end"})
