"""The life of a product package (contract §5.3, §5.4): nothing at first, then Validated or Refused, then Integrated.

Sheets are judged one by one; there is no state of the package itself.
"""

from collections import deque
from datetime import timedelta

from ..clock import format_time
from .offer import shown_gtin
from .offer_rules import normal_gtin
from .product_rules import check_sheet, defect, picture_urls, shown_defect
from .products import Product

MAX_SHEETS = 10_000
RECEIVED, VALIDATED, INTEGRATED, REFUSED = "Received", "Validated", "Integrated", "Refused"


class Sheet:
    """One product of a package."""

    __slots__ = ("category", "defects", "due", "gtin", "kind", "package_id", "raw", "sku", "status", "submitted")

    def document(self, settings, language, place) -> dict:
        done = self.status == INTEGRATED
        return {
            "gtin": shown_gtin(self.gtin, settings.gtin_shown, place) if self.gtin else None,
            "sellerProductReference": self.sku,
            "productReference": f"AUC{self.gtin}" if done else None,
            "packageId": self.package_id,
            "status": self.status,
            "operationType": self.kind,
            "categoryCode": self.category,
            "submissionDate": format_time(self.submitted),
            "errors": [shown_defect(row, language) for row in self.defects],
            "warnings": [],
            "infos": [],
        }


class SheetDesk:
    """The sheets of one shop, oldest first. The marketplace's lock is held around every call."""

    def __init__(self, shelf):
        self._shelf = shelf
        self._sheets = []
        self._packages = {}  # id -> its sheets
        self._moving = deque()  # lists of sheets that have something ahead of them
        self._new = deque()  # moments of the creations that used up quota
        self._seen = {}  # SKU -> how often it was posted

    def package(self, package_id):
        return self._packages.get(package_id)

    @property
    def packages(self) -> dict:
        return self._packages

    def submit(self, sheets, now) -> str:
        """Take a package in; every sheet is an object. Returns its id."""
        shelf = self._shelf
        package_id = shelf.new_id()
        made = []
        for raw in sheets:
            sheet = Sheet()
            sheet.raw, sheet.package_id, sheet.submitted = raw, package_id, now
            sheet.gtin, sheet.sku = normal_gtin(raw.get("gtin")), raw.get("sellerProductReference")
            sheet.category, sheet.kind = raw.get("categoryCode"), "Creation"
            sheet.status, sheet.defects = RECEIVED, []
            sheet.due = now + timedelta(seconds=shelf.settings.report_delay)
            made.append(sheet)
            if sheet.gtin in self._seen:
                shelf.mark("product_sheets_posted_twice")
            self._seen[sheet.gtin] = now
        self._packages[package_id] = made
        self._sheets += made
        self._moving.append(made)
        shelf.mark("product_packages_created")
        shelf.mark("product_sheets_posted", len(made))
        return package_id

    def settle(self, now):
        if not self._moving:
            return
        waiting = [sheet for sheets in self._moving for sheet in sheets if sheet.due is not None and sheet.due <= now]
        for sheet in sorted(waiting, key=lambda one: one.due):
            while sheet.due is not None and sheet.due <= now:
                self.step(sheet, sheet.due)
        self._moving = deque(sheets for sheets in self._moving if any(sheet.due is not None for sheet in sheets))

    def step(self, sheet, moment):
        """The next status of a sheet, whether its time has come or not."""
        if sheet.status == RECEIVED:
            self._judge(sheet, moment)
        elif sheet.status == VALIDATED:
            self._integrate(sheet, moment)

    def _judge(self, sheet, moment):
        shelf, settings = self._shelf, self._shelf.settings
        forced = shelf.refusals.take(sheet.gtin, sheet.sku)
        if forced:
            sheet.defects = [
                {
                    **defect(forced["code"], forced["field"], "required", ""),
                    "message": forced["message"] or forced["code"],
                }
            ]
        else:
            sheet.defects = check_sheet(sheet.raw, shelf.products, settings)
        known = None if sheet.defects else shelf.products.get(sheet.gtin)
        if not sheet.defects and known is None and not self._within_quota(sheet.submitted):
            sheet.defects = [defect("QuotaExceeded", None, "quota", settings.product_quota, kind="Quota")]
        if sheet.defects:
            sheet.status, sheet.due = REFUSED, None
            sheet.raw = None
            shelf.mark("product_sheets_refused")
            return
        if known is not None:
            # Somebody else's sheet keeps what it says, whatever is sent (contract §12 no. 27)
            same = known.creator is None or known.content() == self._product(sheet, known).content()
            sheet.kind = "Identical" if same else "Modification"
        sheet.status = VALIDATED
        sheet.due = moment + timedelta(seconds=settings.product_integration_delay)

    def _within_quota(self, moment) -> bool:
        settings = self._shelf.settings
        start = moment - timedelta(seconds=settings.quota_window)
        while self._new and self._new[0] <= start:
            self._new.popleft()
        if len(self._new) >= settings.product_quota:
            return False
        self._new.append(moment)
        return True

    def _integrate(self, sheet, moment):
        shelf = self._shelf
        known = shelf.products.get(sheet.gtin)
        if known is None or known.creator is not None:
            product = self._product(sheet, known)
            product.updated = moment
            if known is None and shelf.settings.recategorize:
                product.category = shelf.products.tree.sibling(product.category).reference
        else:
            product = known
        product.own, product.sku = True, sheet.sku
        shelf.products.keep(product)
        sheet.status, sheet.due, sheet.raw = INTEGRATED, None, None
        shelf.mark("product_sheets_integrated")

    def _product(self, sheet, known) -> Product:
        raw = sheet.raw
        product = Product()
        product.serial = known.serial if known else None
        product.gtin, product.sku = sheet.gtin, sheet.sku
        product.title, product.description = raw["title"], raw["description"]
        product.rich = raw.get("richMarketingDescription")
        product.brand, product.category = raw.get("brand"), raw["categoryCode"]
        product.group = raw.get("variantGroupReference")
        product.attributes = [
            {"propertyReference": str(row["propertyReference"]), "values": [str(value) for value in row["values"]]}
            for row in raw.get("attributes") or ()
            if isinstance(row, dict) and isinstance(row.get("values"), list) and row.get("propertyReference")
        ]
        product.pictures = picture_urls(raw)
        product.weight = known.weight if known else 500
        product.own, product.creator, product.marketable = True, self._shelf.seller_id, True
        product.updated = sheet.submitted
        return product

    def rows(self, now, package_id=None, gtin=None) -> list:
        """Sheets whose report is there and still kept."""
        sheets = self._sheets if package_id is None else self._packages.get(package_id, ())
        oldest = now - timedelta(seconds=self._shelf.settings.report_kept)
        return [
            sheet
            for sheet in sheets
            if sheet.status != RECEIVED and sheet.submitted > oldest and (gtin is None or sheet.gtin == gtin)
        ]
