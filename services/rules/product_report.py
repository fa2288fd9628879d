"""What a report says about product sheets (contract §5.4). Sheets are judged one by one, packages are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal

from ..payloads.package_result import Said, SheetReport
from .gtin import normalise

Verdict = Literal["live", "in_progress", "refused", "quota"]
REPORT_KEPT = timedelta(days=3)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=timezone.utc)
_VERDICTS: dict[str, Verdict] = {
    "integrated": "live",
    "validated": "in_progress",
    "refused": "refused",
    "rejected": "refused",
}


@dataclass(frozen=True, slots=True)
class SheetVerdict:
    """``errors`` say why when it is refused. ``identical``: the marketplace says the same already.

    ``quota`` is a refusal that time alone heals: the sheet is sent again as it is.
    """

    gtin: str
    verdict: Verdict
    sku: str = ""
    product_reference: str = ""
    errors: tuple[Said, ...] = ()
    warnings: tuple[Said, ...] = ()
    identical: bool = False


def verdict_of(row: SheetReport) -> SheetVerdict:
    """One row judged; a status nobody knows is ``in_progress``: it is looked at again."""
    verdict = _VERDICTS.get(row.status.casefold(), "in_progress")
    if verdict == "refused" and any(is_quota(said) for said in row.errors):
        verdict = "quota"
    return SheetVerdict(
        gtin=row.gtin,
        verdict=verdict,
        sku=row.sku,
        product_reference=row.product_reference,
        errors=row.errors,
        warnings=row.warnings,
        identical=row.operation.casefold() == "identical",
    )


def is_quota(said: Said) -> bool:
    """Whether a refusal means that too many new sheets came within an hour."""
    return said.code.casefold().replace("_", "") == "quotaexceeded"


def newest_rows(rows: Iterable[SheetReport], package_id: str = "") -> dict[str, SheetReport]:
    """GTIN of 14 digits (without one: the SKU) -> the row that counts.

    The report also shows rows of older packages on the same product. The asked package's own row counts, however old;
    else the newest, and of two of one moment the later in the list.
    """
    found: dict[str, SheetReport] = {}
    for row in rows:
        place = normalise(row.gtin) or row.sku
        before = found.get(place)
        if before is None or _weight(row, package_id) >= _weight(before, package_id):
            found[place] = row
    return found


def _weight(row: SheetReport, package_id: str) -> tuple[bool, datetime]:
    return (bool(package_id) and row.package_id == package_id, row.submitted_at or _LONG_AGO)


@dataclass(frozen=True, slots=True)
class PackageView:
    """What is known about the sheets of one package.

    ``silent`` are GTINs as sent about which the report says nothing; ``expired`` when it never will: it is no longer
    kept. Then look the products up by GTIN.
    """

    sheets: dict[str, SheetVerdict]
    silent: tuple[str, ...]
    expired: bool

    @property
    def is_over(self) -> bool:
        """Nothing changes any more by waiting."""
        if self.expired:
            return True
        return not self.silent and all(one.verdict != "in_progress" for one in self.sheets.values())


def judge(
    gtins: Iterable[str], rows: Iterable[SheetReport], package_id: str, submitted_at: datetime, now: datetime
) -> PackageView:
    """The state of the sheets that were sent.

    :param gtins: of the sheets, in any spelling
    :param rows: ``client.product_packages.report(package_id)``; rows of packages before this one do not count
    """
    newest = newest_rows((row for row in rows if _counts(row, package_id, submitted_at)), package_id)
    sheets, silent = {}, []
    for gtin in dict.fromkeys(gtins):
        row = newest.get(normalise(gtin) or gtin)
        if row is None:
            silent.append(gtin)
        else:
            sheets[gtin] = verdict_of(row)
    return PackageView(sheets, tuple(silent), bool(silent) and now - submitted_at >= REPORT_KEPT)


def _counts(row: SheetReport, package_id: str, submitted_at: datetime) -> bool:
    if package_id and row.package_id:
        return row.package_id == package_id
    # A row that does not say its package counts when it is not older; clocks may differ by some minutes.
    return row.submitted_at is None or row.submitted_at >= submitted_at - timedelta(minutes=5)
