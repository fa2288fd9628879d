"""The category tree: 8 000 rows on three levels, the same for the same seed (contract §5.1).

References are two, four and six characters long; the references of a seed are those of every seed, labels of level 3
and flags change with it.
"""

from dataclasses import dataclass
from functools import lru_cache

from .dice import Dice
from .universes import QUALIFIERS, SHELVES

ROWS = 8000
_CODES = "123456789ABCDEFGHJKLMNPZ"
# Universes whose products come in colours and sizes
VARIANT_SHELVES = frozenset({"Mode", "Linge de maison", "Bijoux et montres"})


@dataclass(frozen=True)
class Category:
    reference: str
    label: str
    level: int
    active: bool
    brand_mandatory: bool
    variant: bool
    children: int
    family: str  # label of level 2, empty above

    @property
    def parents(self) -> list:
        return [self.reference[:end] for end in range(2, len(self.reference), 2)]

    def document(self) -> dict:
        return {
            "categoryReference": self.reference,
            "label": self.label,
            "level": self.level,
            "isActive": self.active,
            "isBrandMandatory": self.brand_mandatory,
            "parentReferences": self.parents,
            "childCount": self.children,
            "isVariant": self.variant,
        }


class CategoryTree:
    """``rows`` are sorted by reference, parents before their children."""

    def __init__(self, seed):
        self.rows = []
        self.leaves = []
        self._by_reference = {}
        self._families = {}
        families = sum(len(names) for _, names in SHELVES)
        share, rest = divmod(ROWS - len(SHELVES) - families, families)
        throw = Dice(seed, "categories")
        number = 0
        for place, (name, names) in enumerate(SHELVES):
            shelf = f"0{_CODES[place]}"
            variant = name in VARIANT_SHELVES
            self._add(Category(shelf, name, 1, True, False, False, len(names), ""))
            for at, family in enumerate(names, 1):
                count = share + (1 if number < rest else 0)
                number += 1
                parent = f"{shelf}{at:02d}"
                self._add(Category(parent, family, 2, True, False, False, count, family))
                self._families[family] = parent
                self._leaves(parent, family, count, variant, throw(number))
        self.leaves = tuple(row for row in self.rows if row.level == 3 and row.active)

    def _leaves(self, parent, family, count, variant, throw):
        start, step = throw.below(len(QUALIFIERS)), throw.choice((1, 3, 5, 9))
        for at in range(count):
            label = f"{family} {QUALIFIERS[(start + at * step) % len(QUALIFIERS)]}"
            # One in a hundred is closed; never the first of a family, where the catalogue's products live
            active = not (at and (at * 37 + start) % 100 == 0)
            brand = variant or (at + start) % 4 == 0
            self._add(Category(f"{parent}{at + 1:02d}", label, 3, active, brand, variant, 0, family))

    def _add(self, row):
        self.rows.append(row)
        self._by_reference[row.reference] = row

    def get(self, reference):
        return self._by_reference.get(reference)

    def of_family(self, family, place=0) -> Category:
        """A category of level 3 of a family, by place."""
        return self._by_reference[f"{self._families[family]}{place + 1:02d}"]

    def sibling(self, reference) -> Category:
        """The next open category of the same family: where a product ends up that is moved without a word."""
        row = self._by_reference[reference]
        parent = self._by_reference[reference[:4]]
        place = int(row.reference[4:])
        for step in range(1, parent.children):
            other = self._by_reference[f"{parent.reference}{(place - 1 + step) % parent.children + 1:02d}"]
            if other.active:
                return other
        return row


@lru_cache(maxsize=4)
def category_tree(seed) -> CategoryTree:
    return CategoryTree(seed)
