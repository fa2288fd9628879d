"""What a product sheet must be (contract §5.3). Each defect is ``{code, field, message, type}``."""

import re
import unicodedata

from ..generator.brands import brand_labels
from ..generator.properties import properties_of
from ..generator.universes import singular
from .offer_rules import good_check_digit, normal_gtin

_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
_URL = re.compile(r"https?://[^\s/]+/\S+\Z")
TITLE, DESCRIPTION, RICH = 132, 2000, 5000
# Words in a picture's address that make it one the marketplace cannot use, since the sandbox fetches nothing
BAD_PICTURES = {"missing": "is not found", "redirect": "is a redirect", "tiny": "is smaller than 500 pixels"}

WORDS = {
    "required": ("Le champ {0} est obligatoire.", "The field {0} is required."),
    "long": ("Le champ {0} dépasse {1} caractères.", "The field {0} is longer than {1} characters."),
    "html": ("Le champ {0} ne doit pas contenir de HTML.", "The field {0} must not hold HTML."),
    "gtin": ("Le GTIN {0} est invalide.", "The GTIN {0} is invalid."),
    "brand": ("La marque {0} est inconnue.", "The brand {0} is unknown."),
    "category": (
        "La catégorie {0} n'existe pas ou n'accepte pas de produit.",
        "The category {0} does not exist or takes no product.",
    ),
    "title": (
        "Le titre ne nomme pas le type d'article de la catégorie {0}.",
        "The title does not name the article type of the category {0}.",
    ),
    "variant": ("variantGroupReference est obligatoire dans cette catégorie.", "variantGroupReference is required."),
    "attribute": ("L'attribut {0} est obligatoire.", "The attribute {0} is required."),
    "value": ("La valeur {1} n'est pas admise pour {0}.", "The value {1} is not allowed for {0}."),
    "picture": ("L'image {0} est inutilisable : {1}.", "The picture {0} cannot be used: {1}."),
    "quota": (
        "Le quota de {0} nouvelles fiches par heure est dépassé.",
        "The quota of {0} new sheets per hour is exceeded.",
    ),
}


def defect(code, field, words, *values, kind="Technical"):
    return {"code": code, "field": field, "words": words, "values": values, "type": kind}


def shown_defect(row, language) -> dict:
    if row.get("message"):
        text = row["message"]
    else:
        text = WORDS[row["words"]][0 if language == "fr" else 1].format(*row["values"])
    return {"code": row["code"], "field": row["field"], "message": text, "type": row["type"]}


def plain(text) -> str:
    """Lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def check_sheet(sheet, books, settings) -> list:
    """Defects of one sheet, in the order of its fields."""
    found = []
    gtin = normal_gtin(sheet.get("gtin"))
    if gtin is None or len(str(sheet["gtin"]).strip()) < 8 or not good_check_digit(gtin):
        found.append(defect("IncorrectValue", "Gtin", "gtin", str(sheet.get("gtin"))[:20]))
    for key in ("sellerProductReference", "title", "description"):
        if not isinstance(sheet.get(key), str) or not sheet[key].strip():
            found.append(defect("MissingField", key[:1].upper() + key[1:], "required", key))
    _lengths(found, sheet)
    category = books.tree.get(sheet.get("categoryCode")) if isinstance(sheet.get("categoryCode"), str) else None
    if category is None or category.level != 3 or not category.active:
        text = str(sheet.get("categoryCode"))[:20]
        found.append(defect("CategorizationError", "CategoryCode", "category", text))
        category = None
    _brand(found, sheet, category)
    _pictures(found, sheet)
    if category:
        _of_category(found, sheet, category, books, settings)
    return found


def _lengths(found, sheet):
    for key, limit, html in (
        ("title", TITLE, False),
        ("description", DESCRIPTION, False),
        ("richMarketingDescription", RICH, True),
    ):
        text = sheet.get(key)
        if not isinstance(text, str):
            continue
        field = key[:1].upper() + key[1:]
        if len(text) > limit:
            found.append(defect("IncorrectValue", field, "long", key, limit))
        if not html and _TAG.search(text):
            found.append(defect("IncorrectValue", field, "html", key))


def _brand(found, sheet, category):
    brand = sheet.get("brand")
    if not isinstance(brand, str) or not brand.strip():
        if category is None or category.brand_mandatory:
            found.append(defect("MissingField", "Brand", "required", "brand"))
    elif brand.strip().casefold() not in brand_labels():
        found.append(defect("IncorrectValue", "Brand", "brand", brand[:60], kind="Exports"))


def picture_urls(sheet) -> list:
    """Addresses by their index; entries that are none are left out."""
    rows = sheet.get("sellerPictureUrls")
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    rows.sort(key=lambda row: row["index"] if isinstance(row.get("index"), int) else 0)
    return [row["url"] for row in rows if isinstance(row.get("url"), str)]


def _pictures(found, sheet):
    urls = picture_urls(sheet)
    if not urls:
        found.append(defect("MissingField", "SellerPicture_1", "required", "SellerPicture_1"))
    for number, url in enumerate(urls, 1):
        reason = None if _URL.match(url) else "is no address"
        for word, text in BAD_PICTURES.items():
            reason = text if word in url else reason
        if reason:
            found.append(defect("IncorrectValue", f"SellerPicture_{number}", "picture", number, reason))


def _of_category(found, sheet, category, books, settings):
    if category.variant and not sheet.get("variantGroupReference"):
        found.append(defect("ER400-7480", "variantGroupReference", "variant"))
    if settings.categorization == "by_title":
        article = plain(singular(category.family).split(" ")[0])
        if article not in plain(str(sheet.get("title") or "")):
            found.append(defect("CategorizationError", "Title", "title", category.reference))
    given = {}
    rows = sheet.get("attributes")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("values"), list):
            given[str(row.get("propertyReference"))] = [
                str(value) for value in row["values"] if value not in (None, "")
            ]
    for row in properties_of(books.seed, category):
        reference = row["propertyReference"]
        values = given.get(reference) or []
        if not values and row["necessity"] == "Mandatory":
            found.append(defect("ER400-6067", reference, "attribute", row["label"]))
        for value in values:
            if row["choices"] and value not in row["choices"]:
                found.append(defect("IncorrectValue", reference, "value", row["label"], value[:60]))
