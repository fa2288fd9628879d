"""Packages of offers in XML and the sales they announce (contract §4.3, §6).

A package is fetched, read and carried out when its time has come. What it says of prices, stock and discounts is taken
line by line, each with the codes of the older interface: an error and the property it is about.
"""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

from ..clock import format_time, parse_time
from ..fetching import FetchFailed, fetch_loopback
from ..generator.pricing import euros

PIVOT = "{clr-namespace:Cdiscount.Service.OfferIntegration.Pivot;assembly=Cdiscount.Service.OfferIntegration}"
TYPES = {"1": "flash", "2": "flash", "3": "seasonal"}
NOTICE = timedelta(hours=72)
MOST = 40_000
WORDS = {
    ("10", "27"): ("Prix de référence : champ obligatoire", "Reference price: required field"),
    ("11", "19"): ("Date de début : format incorrect", "Start date: wrong format"),
    ("11", "26"): ("Pourcentage de remise : format incorrect", "Discount percentage: wrong format"),
    ("13", "22"): ("Type de promotion : valeur inexistante", "Kind of promotion: the value does not exist"),
    ("17", "19"): (
        "La promotion doit être soumise au moins 72 h avant son début",
        "The promotion must be submitted at least 72 h before its start",
    ),
    ("17", "26"): ("La remise doit être d'au moins 5 %", "The discount must be at least 5 %"),
    ("19", "06"): ("Le prix doit être supérieur à 0", "The price must be above 0"),
    ("23", "27"): (
        "Le prix de référence est inférieur au prix de vente",
        "The reference price is lower than the sale price",
    ),
    ("26", "20"): ("La date de fin précède la date de début", "The end is before the start"),
    ("28", "19"): ("Promotion déjà soumise, en attente", "Promotion already submitted, waiting"),
    ("30", "03"): ("Référence inconnue", "Unknown reference"),
}


class XmlPackage:
    def __init__(self, number, url, channel, created, due):
        self.number, self.url, self.channel, self.created, self.due = number, url, channel, created, due
        self.state = "Pending"
        self.lines = []  # (SKU, GTIN, ((error, property), ...))
        self.why = ""

    def document(self) -> dict:
        return {
            "packageId": self.number,
            "url": self.url,
            "state": self.state,
            "why": self.why,
            "offers": len(self.lines),
            "refused": sum(1 for _sku, _gtin, errors in self.lines if errors),
        }


class XmlDesk:
    """``discounts``: ``{(channel, SKU): dict(kind, percent, start, end, reference)}``; ``fetch`` gets a file."""

    def __init__(self, shop):
        self._shop = shop
        self.packages = []
        self.discounts = {}
        self.fetch = fetch_loopback

    def submit(self, url, channel):
        now, settings = self._shop.clock.now(), self._shop.settings
        package = XmlPackage(
            len(self.packages) + 1, url, channel, now, now + timedelta(seconds=settings.xml_package_delay)
        )
        self._shop.shelf.mark("xml_packages_posted_twice", any(one.url == url for one in self.packages))
        self.packages.append(package)
        return package

    def settle(self):
        now = self._shop.clock.now()
        for package in self.packages:
            if package.state == "Pending" and package.due <= now:
                self._carry_out(package)

    def discount_of(self, channel, sku):
        """What customers get off now, ``None`` outside of any sale."""
        found = self.discounts.get((channel, sku))
        return found if found and found["start"] <= self._shop.clock.now() < found["end"] else None

    def shown_price(self, offer) -> int:
        """Cents that customers pay now."""
        found = self.discount_of(offer.channel, offer.sku)
        if not found:
            return offer.price
        return int((Decimal(offer.price) * (100 - found["percent"]) / 100).quantize(Decimal(1), "ROUND_HALF_UP"))

    # ------------------------------------------------------------------ carrying out
    def _carry_out(self, package):
        try:
            offers = _read(self.fetch(package.url), package.channel)
        except (FetchFailed, ValueError) as problem:
            package.state, package.why = "Rejected", str(problem)
            return
        package.lines = [
            (offer.get("SellerProductId", ""), offer.get("ProductEan"), self._one(package, offer)) for offer in offers
        ]
        package.state = "Integrated"
        self._shop.shelf.mark("xml_packages_integrated")

    def _one(self, package, element):
        sku = element.get("SellerProductId", "")
        offer = self._shop.shelf.offers.get(package.channel, sku)
        if offer is None:
            return (("30", "03"),)
        price = _cents(element.get("Price"))
        if price is not None and price <= 0:
            return (("19", "06"),)
        component = element.find(f".//{PIVOT}DiscountComponent")
        errors, discount = ((), None)
        if component is not None:
            errors, discount = self._discount(package, component, offer.price if price is None else price)
        if errors:
            return errors
        moment = self._shop.stamp()
        changed = offer.copy()
        if price is not None:
            changed.price = price
        changed.origin = _cents(element.get("StrikedPrice"))
        if changed.terms() != offer.terms():
            changed.updated = moment
            self._shop.shelf.offers.put(changed)
        stock = element.get("Stock", "")
        if stock.isdigit() and self._shop.stock[sku] != int(stock):
            self._shop.stock.write(sku, int(stock), moment)
        # The offer is replaced as a whole, and with it what was announced for it.
        self.discounts.pop((package.channel, sku), None)
        if discount:
            self.discounts[package.channel, sku] = discount
        return ()

    def _discount(self, package, component, price):
        errors = []
        percent, reference = _number(component.get("DiscountValue")), _cents(component.get("SalesReferencePrice"))
        try:
            start, end = parse_time(component.get("StartDate", "")), parse_time(component.get("EndDate", ""))
        except ValueError:
            return (("11", "19"),), None
        kind = TYPES.get(component.get("Type"))
        if kind is None:
            errors.append(("13", "22"))
        if percent is None or percent != percent.to_integral_value() or not 1 <= percent <= 99:
            errors.append(("11", "26"))
        if reference is None:
            errors.append(("10", "27"))
        if end <= start:
            errors.append(("26", "20"))
        elif start - package.created < NOTICE:
            errors.append(("17", "19"))
        if errors:
            return tuple(errors), None
        paid = Decimal(price) * (100 - percent) / 100
        if paid >= reference:
            errors.append(("23", "27"))
        elif (reference - paid) * 100 < 5 * reference:
            errors.append(("17", "26"))
        found = {"kind": kind, "percent": percent, "start": start, "end": end, "reference": reference}
        return tuple(errors), None if errors else found


def desk_of(shop) -> XmlDesk:
    """The shop's desk; packages whose time has come are carried out."""
    if not hasattr(shop, "xml_desk"):
        shop.xml_desk = XmlDesk(shop)
    shop.xml_desk.settle()
    return shop.xml_desk


def shown(discount) -> dict:
    return {
        **discount,
        "start": format_time(discount["start"]),
        "end": format_time(discount["end"]),
        "reference": euros(discount["reference"]),
    }


def words_of(error, prop, language) -> str:
    french, english = WORDS.get((error, prop), (f"Erreur {error}", f"Error {error}"))
    return french if language == "fr" else english


def _read(data, channel) -> list:
    """The offers in a zip. Raises ``ValueError`` with what is wrong with it."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = set(archive.namelist())
        missing = {"[Content_Types].xml", "_rels/.rels", "Content/Offers.xml"} - names
        if missing:
            raise ValueError(f"the zip lacks {sorted(missing)[0]}")
        root = ElementTree.fromstring(archive.read("Content/Offers.xml"))
    except (zipfile.BadZipFile, ElementTree.ParseError) as problem:
        raise ValueError(f"the zip cannot be read: {problem}") from None
    if root.tag != f"{PIVOT}OfferPackage" or root.get("PackageType") not in ("Full", "StockAndPrice"):
        raise ValueError("this is no package of offers")
    pools = [pool.get("SalesChannelId") for pool in root.iter(f"{PIVOT}PublicationPool")]
    if pools and pools != [channel]:
        raise ValueError(f"the package is for {', '.join(map(str, pools))}")
    offers = list(root.iter(f"{PIVOT}Offer"))
    if not 1 <= len(offers) <= MOST:
        raise ValueError(f"a package holds 1 to {MOST} offers, not {len(offers)}")
    return offers


def _number(text):
    try:
        found = Decimal(text or "")
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _cents(text):
    found = _number(text)
    return None if found is None else int((found * 100).quantize(Decimal(1)))
