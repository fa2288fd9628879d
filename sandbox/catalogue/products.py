"""The products a seller can find and sell on: the generator's, changed ones and created ones."""

from ..clock import format_time
from ..generator.categories import category_tree
from .offer import shown_gtin
from .offer_rules import normal_gtin

PICTURES = 3  # of a generated product


class Product:
    """``creator`` is the seller's id, ``None`` when somebody else made the sheet; ``own``: the shop sells it."""

    __slots__ = (
        "attributes",
        "brand",
        "category",
        "creator",
        "description",
        "group",
        "gtin",
        "marketable",
        "own",
        "pictures",
        "rich",
        "serial",
        "sku",
        "title",
        "updated",
        "weight",
    )

    @property
    def reference(self) -> str:
        return f"AUC{self.gtin}"

    def content(self) -> tuple:
        """What a sheet says; two equal ones are Identical."""
        return (
            self.title,
            self.description,
            self.rich,
            self.brand,
            self.category,
            self.group,
            tuple(self.pictures or ()),
            tuple((row["propertyReference"], tuple(row["values"])) for row in self.attributes),
        )


def _description(good) -> str:
    return f"{good.title}. De la marque {good.brand}, rayon {good.category.label}. Livré avec sa notice en français."


class ProductBook:
    """Products by GTIN and in the order they are listed in. The marketplace's lock is held around every call."""

    def __init__(self, seed, goods, seller_id, opened):
        self.seed = seed
        self.goods = goods
        self.tree = category_tree(seed)
        self._seller = seller_id
        self._opened = opened
        self._kept = {}  # serial -> changed or created product
        self._serials = {}  # GTIN -> serial of created ones
        self._next = len(goods)

    def __len__(self):
        return self._next

    def at(self, serial) -> Product:
        return self._kept.get(serial) or self._of_good(self.goods[serial])

    def get(self, gtin):
        """By GTIN in any spelling."""
        gtin = normal_gtin(gtin)
        if gtin is None:
            return None
        serial = self._serials.get(gtin)
        if serial is None:
            serial = self.goods.index_of_gtin(gtin)
        return None if serial is None else self.at(serial)

    def by_reference(self, reference):
        return self.get(reference[3:]) if reference.startswith("AUC") else None

    def weight(self, gtin) -> int:
        product = self.get(gtin)
        return product.weight if product else 0

    def keep(self, product):
        if product.serial is None:
            product.serial = self._next
            self._next += 1
            self._serials[product.gtin] = product.serial
        self._kept[product.serial] = product

    def walk(self, start=0, category=None):
        for serial in range(start, self._next):
            product = self.at(serial)
            if category is None or product.category.startswith(category):
                yield product

    def _of_good(self, good) -> Product:
        product = Product()
        product.serial, product.gtin, product.sku = good.index, good.gtin, good.sku
        product.title, product.description = good.title, _description(good)
        product.rich = None
        product.brand, product.category, product.group = good.brand, good.category.reference, good.group
        product.attributes = self.goods.attributes(good)
        product.pictures = None
        product.weight = good.weight
        product.own = good.mine
        product.creator = self._seller if good.mine and (good.index < 60 or good.index % 5) else None
        product.marketable = True
        product.updated = self._opened
        return product

    def document(self, product, host, language="fr-FR", gtin_shown="text") -> dict:
        """The product as ``/products`` shows it; ``host`` is where its pictures are (contract §5.2)."""
        urls = product.pictures
        if urls is None:
            urls = [f"{host}_sandbox/pictures/{product.gtin}/{number}.png" for number in range(1, PICTURES + 1)]
        document = {
            "reference": product.reference,
            "gtin": shown_gtin(product.gtin, gtin_shown, product.serial),
            "language": language,
            "label": product.title,
            "description": product.description,
            "richMarketingDescription": product.rich,
            "brand": product.brand,
            "category": {"reference": product.category},
            "pictures": [
                {"index": number, "url": url, "updatedAt": format_time(product.updated)}
                for number, url in enumerate(urls, 1)
            ],
            "variantGroupReference": product.group,
            "attributes": product.attributes,
            "isMarketable": product.marketable,
            "permissions": {"edit": product.creator is not None, "enrich": True},
        }
        if product.own:
            document["sellers"] = [
                {
                    "reference": self._seller,
                    "productReference": product.sku,
                    "isCreator": product.creator is not None,
                }
            ]
        return document
