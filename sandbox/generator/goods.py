"""The marketplace's products by index, made when they are looked at and not before.

Index 0 to 59 are the sixty products of ``catalogue.py``; the rest is drawn. The shop has an offer on the first ``own``
of them; the others are products of other sellers, which one may find by GTIN and sell too.
"""

from ..tables import words
from .brands import brands
from .catalogue import build_catalogue
from .categories import VARIANT_SHELVES, category_tree
from .dice import Dice
from .numbers import gtin13
from .properties import COLOUR, COLOURS, SIZE, SIZES, properties_of
from .universes import SHELVES, singular

OTHERS = 500  # products the shop does not sell
_DRAWN = "3609"  # GTIN prefix of the drawn ones; the eight digits after it are the index
_FAMILIES = words(
    "Lampes|Bouilloires|Perceuses|Aspirateurs|Casques audio|Enceintes|Câbles|Souris|Claviers|Écrans|Ventilateurs|"
    "Radiateurs|Machines à café|Grille-pain|Fers à repasser|Couteaux|Poêles|Cocottes|Couettes|Oreillers|"
    "Parures de lit|Tables basses|Étagères|Chaises|Fauteuils bébé|Peluches|Jeux de société|Puzzles|Trottinettes|"
    "Casques de vélo|Tapis de yoga|Haltères|Sacs à dos|Gourdes|Tentes|Valises|Montres connectées|Tondeuses à barbe|"
    "Crèmes visage|Parfums|Savons|Pneus|Batteries auto|Kits d'outillage|Autocollants|Terreaux|Rosiers|Semences|"
    "Engrais|Livres|Romans|Bandes dessinées|Atlas|Cafés|Huiles|Thés|Miels|Chocolats|Magazines|Revues"
)
_VAT = (200, 200, 200, 200, 200, 200, 100, 55)
_VARIANT_FAMILIES = frozenset(name for shelf, names in SHELVES if shelf in VARIANT_SHELVES for name in names)


class Good:
    """One product. ``price``, ``eco`` and ``dea`` are cents, ``vat`` tenths of a percent, ``weight`` grams.

    ``colour`` and ``size`` are places in the choices of their property.
    """

    __slots__ = (
        "brand",
        "category",
        "colour",
        "dea",
        "eco",
        "group",
        "gtin",
        "index",
        "mine",
        "price",
        "size",
        "sku",
        "title",
        "vat",
        "weight",
    )

    @property
    def reference(self) -> str:
        return f"AUC{self.gtin}"


class Goods:
    """``goods[index]`` for ``index`` below ``len(goods)``; the same for every shop of one seed."""

    def __init__(self, seed, own):
        self.own = own
        self._seed = seed
        self._tree = category_tree(seed)
        self._base = build_catalogue()
        self._index_by_gtin = {product.gtin: place for place, product in enumerate(self._base)}
        self._count = max(own, len(self._base)) + OTHERS
        self._groups = Dice(seed, "groups")
        self._goods = Dice(seed, "goods")
        self._brands = brands()

    def __len__(self):
        return self._count

    def index_of_gtin(self, gtin):
        """Place of a GTIN of thirteen digits, ``None`` when the marketplace does not have it."""
        known = self._index_by_gtin.get(gtin)
        if known is not None or len(gtin) != 13 or not gtin.startswith(_DRAWN):
            return known
        index = int(gtin[4:12])
        return index if len(self._base) <= index < self._count and gtin13(gtin[:12]) == gtin else None

    def index_of_sku(self, sku):
        """Place of a seller's reference among the products the shop has an offer on."""
        if len(sku) < 8 or sku[:4] not in ("CSM-", "CSG-") or not sku[4:].isascii() or not sku[4:].isdigit():
            return None
        index = int(sku[4:]) - 1
        return index if 0 <= index < self.own and self.sku(index) == sku else None

    def sku(self, index) -> str:
        return f"CSM-{index + 1:04d}" if index < len(self._base) else f"CSG-{index + 1:06d}"

    def __getitem__(self, index) -> Good:
        good = Good()
        good.index = index
        good.sku = self.sku(index)
        good.mine = index < self.own
        good.group = None
        if index < len(self._base):
            self._of_base(good, self._base[index])
        else:
            self._drawn(good)
        return good

    def _of_base(self, good, product):
        good.gtin, good.title, good.brand = product.gtin, product.title, product.brand
        good.price, good.vat, good.weight = product.price, product.vat, product.weight
        good.eco, good.dea = product.eco, 0
        good.category = self._tree.of_family(_FAMILIES[good.index])
        good.colour, good.size = good.index % len(COLOURS), len(SIZES) - 1

    def _drawn(self, good):
        index = good.index
        good.gtin = gtin13(f"{_DRAWN}{index:08d}")
        group = index // 4
        shared = self._groups(group)
        category = shared.choice(self._tree.leaves)
        brand = shared.choice(self._brands)[1]
        model = f"{'ABDEGKLMNPRSTVXZ'[shared.below(16)]}{shared.below(900) + 100}"
        own = self._goods(index)
        good.category = category
        good.brand = brand
        good.colour, good.size = own.below(len(COLOURS)), own.below(len(SIZES))
        good.price = 290 + shared.below(24_000) + own.below(500)
        good.vat = shared.choice(_VAT)
        good.weight = 50 + shared.below(12_000) + (25_000 if shared.below(100) < 2 else 0)
        electric = category.reference[:2] in ("01", "02", "03", "09", "0A", "0B")
        good.eco = 2 + shared.below(80) if electric else 0
        good.dea = 10 + shared.below(200) if category.reference[:2] == "06" else 0
        name = f"{singular(category.label)} {brand} {model}"
        if category.family in _VARIANT_FAMILIES:
            good.group = f"G{group:06d}"
            good.colour, good.size = (good.colour + index) % len(COLOURS), index % 4 + 1
            name = f"{name} {SIZES[good.size]}"
        good.title = f"{name} – {COLOURS[good.colour].lower()}"[:132]

    def attributes(self, good) -> list:
        """A value for every mandatory property of the product's category, as it is sent and read."""
        rows = []
        for row in properties_of(self._seed, good.category):
            if row["necessity"] != "Mandatory":
                continue
            if row["propertyReference"] == COLOUR:
                value = COLOURS[good.colour]
            elif row["propertyReference"] == SIZE:
                value = SIZES[good.size]
            else:
                value = row["choices"][good.index % len(row["choices"])] if row["choices"] else f"M{good.index}"
            rows.append({"propertyReference": row["propertyReference"], "values": [value]})
        return rows
