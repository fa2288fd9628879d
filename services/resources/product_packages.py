"""Product sheets to the marketplace, and the report on them (contract §5.3, §5.4)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..errors import InvalidRequest, OutcomeUnknown
from ..payloads.offer import reference
from ..payloads.package_result import SheetReport
from ..payloads.read import gtin
from .package_id import package_id_of

if TYPE_CHECKING:
    from ..client import CdiscountClient

SAFE_PACKAGE = 25
"""Sheets per package: one client in production never saw more rows of a report, whatever it asked (contract §5.4)."""
MAX_PACKAGE = 10_000  # contract §1.5
_SUBMIT, _REPORT = "/products-integration", "/products-integration-reports"
_MAX_PAGES = 2_000
_ASKED = 3


class ProductPackages:
    def __init__(self, client: CdiscountClient):
        self._client = client

    def submit(self, sheets: Sequence[Mapping[str, Any]]) -> str:
        """Send product sheets (``rules/product_sheet.py`` builds them) and return the id of their package.

        25 at a time (``SAFE_PACKAGE``) keep the report readable; about 25 *new* ones per hour are accepted
        (``rules/quota.py``).

        :raises InvalidRequest: none or more than 10 000, or two of one GTIN
        :raises OutcomeUnknown: they may have been taken in; ``find_package`` tells, once the report is there
        """
        problem = _problem(sheets)
        if problem:
            raise InvalidRequest(params={"method": "POST", "path": _SUBMIT, "detail": problem})
        response = self._client.call("POST", _SUBMIT, json={"products": list(sheets)}, safe_to_repeat=False)
        found = package_id_of(response, "packageId", "Content-Location", "Location")
        if not found:
            said = {"host": response.host, "method": "POST", "path": response.path, "cause": "no id in the answer"}
            raise OutcomeUnknown(params=said, status=response.status)
        return found

    def report(self, package_id: str = "", gtin: str = "") -> tuple[SheetReport, ...]:
        """Rows about a package, a product, or everything of the last days; () while nothing is known yet.

        Empty does not mean refused: the report stays empty while a package is processed, and again after 3 days. Rows
        of older packages on the same products may be among them; ``rules/product_report.py`` judges.
        """
        return tuple(row for page in self.report_pages(package_id, gtin) for row in page)

    def report_pages(self, package_id: str = "", gtin: str = "") -> Iterator[tuple[SheetReport, ...]]:
        """``report`` page by page. No ``pageSize`` is sent (it may be refused), and a page that brings nothing new ends
        it: where paging is ignored, the same rows come for ever (contract §12 no. 12)."""
        params = {name: value for name, value in (("packageId", package_id), ("gtin", gtin)) if value}
        seen: set[SheetReport] = set()
        for index in range(1, _MAX_PAGES + 1):
            query = {**params, "pageIndex": str(index)} if index > 1 else params
            entries = self._client.get_items(_REPORT, query)
            rows = [row for row in map(SheetReport.parse, entries) if row and row not in seen]
            rows = list(dict.fromkeys(rows))
            if rows:
                yield tuple(rows)
            # A page of rows that cannot be read is no end.
            if not entries or (not rows and any(SheetReport.parse(entry) for entry in entries)):
                return
            seen.update(rows)

    def find_package(
        self, gtins: Sequence[str], since: datetime, slack: float = 300.0, known: Collection[str] = ()
    ) -> str:
        """The package that a lost answer was about, by what the report says of its products; "" when it says nothing.

        "" is no proof before the marketplace has had its time (minutes): wait, ask again, and send anew only then. A
        sheet that is sent twice is not made twice, but may use up quota.

        :param gtins: of the sheets, in any spelling
        :param since: when they were sent; our clock may be ``slack`` seconds ahead of theirs
        :param known: ids of other packages of ours: a product that was sent shortly before has rows of those, too
        """
        wanted = {_comparable(value) for value in gtins}
        earliest = since - timedelta(seconds=slack)
        # They were sent together: what is not known of some is not known of the others.
        for value in gtins[:_ASKED]:
            for row in self.report(gtin=_asked(value)):
                recent = row.submitted_at is not None and row.submitted_at >= earliest
                ours = row.package_id and row.package_id not in known
                if ours and recent and _comparable(row.gtin) in wanted:
                    return row.package_id
        return ""


def _asked(value: str) -> str:
    return gtin(value) or str(value)


def _comparable(value: Any) -> str:
    return gtin(value).lstrip("0")


def _problem(sheets: Sequence[Mapping[str, Any]]) -> str:
    if not 1 <= len(sheets) <= MAX_PACKAGE:
        return f"{len(sheets)} products; 1 to {MAX_PACKAGE} go into one package"
    if not all(reference(sheet) for sheet in sheets):
        return "a product without a reference"
    codes = [_comparable(sheet.get("gtin")) for sheet in sheets]
    twice = next((code for code, count in _counted(codes).items() if code and count > 1), "")
    return f"the GTIN {twice} is there twice" if twice else ""


def _counted(codes: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for code in codes:
        found[code] = found.get(code, 0) + 1
    return found
