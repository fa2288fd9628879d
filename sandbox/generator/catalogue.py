"""The shop's catalogue: sixty products of every VAT rate, SKU CSM-0001 to CSM-0060."""

from dataclasses import dataclass
from decimal import Decimal

from .numbers import gtin13


@dataclass(frozen=True)
class Product:
    """``price`` and ``eco`` are cents with VAT, ``vat`` and ``commission`` tenths of a percent, ``weight`` grams."""

    sku: str
    gtin: str
    title: str
    brand: str
    price: int
    vat: int
    weight: int
    eco: int
    commission: int

    def document(self) -> dict:
        return {
            "sku": self.sku,
            "gtin": self.gtin,
            "reference": f"AUC{self.gtin}",
            "title": self.title,
            "brand": self.brand,
            "price": Decimal(self.price) / 100,
            "vat_rate": Decimal(self.vat) / 10,
            "eco_tax": Decimal(self.eco) / 100,
            "weight": Decimal(self.weight) / 1000,
            "commission_rate": Decimal(self.commission) / 10,
        }


# title | brand | price in cents | VAT in tenths of a percent | grams | eco-tax in cents | commission like VAT
_ROWS = """\
Lampe de bureau LED articulée|Lumélia|2499|200|850|12|150
Bouilloire électrique inox 1,7 L|Ménagère & Fils|3490|200|1200|30|130
Perceuse sans fil 18 V avec deux batteries|Outilor|8999|200|1900|42|120
Aspirateur traîneau silencieux 700 W|Aspiral|12990|200|5400|120|110
Casque audio Bluetooth à réduction de bruit|Sonoré|5999|200|260|5|100
Enceinte portable étanche|Sonoré|3999|200|540|7|100
Câble USB-C tressé 2 m|Filéo|899|200|60|2|180
Souris ergonomique verticale|Filéo|2190|200|130|4|140
Clavier mécanique AZERTY rétroéclairé|Filéo|7490|200|980|9|120
Écran 24 pouces Full HD|Visiane|12999|200|3900|200|70
Ventilateur sur pied Ø 40 cm|Brise d'Été|4490|200|3600|45|140
Radiateur à inertie 1000 W|Chaléo|15999|200|9800|150|110
Machine à café à grains|Torréa|29990|200|9100|180|90
Grille-pain deux fentes|Ménagère & Fils|2799|200|1300|22|130
Fer à repasser vapeur 2400 W|Ménagère & Fils|3299|200|1500|24|130
Set de couteaux de cuisine, 6 pièces|Coutelier d'Ambert|4590|200|1100|0|150
Poêle antiadhésive Ø 28 cm|Cuisinéa|1999|200|900|0|150
Cocotte en fonte émaillée 5 L|Cuisinéa|8990|200|5200|0|150
Couette légère 220 × 240 cm|Nuit Câline|4999|200|2300|0|160
Oreiller à mémoire de forme|Nuit Câline|2990|200|1200|0|160
Parure de lit en coton 2 personnes|Nuit Câline|3995|200|1600|0|160
Table basse en chêne massif|Bois d'Avenir|17990|200|18500|340|150
Étagère murale flottante, lot de 3|Bois d'Avenir|2690|200|2900|55|150
Chaise de bureau pivotante|Assiseo|9490|200|11200|210|150
Fauteuil bébé inclinable|P'tit Loup|4990|200|3100|60|140
Peluche ours géante 80 cm|P'tit Loup|2950|200|1400|0|150
Jeu de société « Les Îles perdues »|Ludéa|3450|200|1300|0|150
Puzzle 1000 pièces « Mont-Saint-Michel »|Ludéa|1595|200|700|0|150
Trottinette enfant à trois roues|Roulézy|4290|200|2700|0|140
Casque de vélo adulte|Roulézy|3390|200|330|0|140
Tapis de yoga antidérapant|Zénitude|1890|200|1100|0|160
Haltères réglables 2 × 10 kg|Zénitude|7990|200|20500|0|130
Sac à dos de randonnée 40 L|Cime & Sentier|5490|200|1250|0|150
Gourde isotherme 750 ml|Cime & Sentier|1790|200|350|0|160
Tente deux places ultralégère|Cime & Sentier|11900|200|1900|0|140
Valise cabine rigide|Voyagéo|5990|200|2700|0|150
Montre connectée sport|Pulséo|8990|200|50|3|100
Tondeuse à barbe rechargeable|Rasoir & Cie|2890|200|220|5|130
Crème hydratante visage 50 ml|Rosée|1490|200|120|0|150
Eau de parfum « Été à Étretat » 100 ml|Rosée|4990|200|380|0|150
Coffret savons de Marseille|Savonnerie du Cours|1250|200|600|0|150
Pneu 205/55 R16 quatre saisons|Routéa|7690|200|8600|0|80
Batterie auto 60 Ah|Routéa|8490|200|14800|80|90
Kit outillage 108 pièces|Outilor|6990|200|6200|0|120
Autocollant repère « lot de 50 »|Filéo|99|200|20|0|180
Terreau universel 40 L|Jardins d'Ici|1290|100|14500|0|120
Rosier grimpant « Pierre de Ronsard »|Jardins d'Ici|1990|100|2100|0|120
Semences de tomates anciennes|Jardins d'Ici|395|100|30|0|120
Engrais organique 5 kg|Jardins d'Ici|1590|100|5100|0|120
Livre « La Cuisine des saisons »|Éditions du Pré|2490|55|1100|0|150
Roman « L'Été d'après »|Éditions du Pré|1990|55|420|0|150
Bande dessinée « Capitaine Écume », tome 1|Éditions du Pré|1450|55|560|0|150
Atlas illustré pour enfants|Éditions du Pré|1695|55|980|0|150
Café en grains bio 1 kg|Torréa|1899|55|1050|0|120
Huile d'olive vierge extra 75 cl|Moulin d'Oc|1290|55|1300|0|120
Thé vert à la menthe, 100 sachets|Torréa|1190|55|280|0|120
Miel de châtaignier 500 g|Ruchers d'Ardèche|1090|55|780|0|120
Chocolat noir 70 %, lot de 6|Maison Fèvre|1450|55|660|0|120
Magazine « Bricolage » hors-série|Presse & Savoir|650|21|240|0|150
Revue trimestrielle « Sciences »|Presse & Savoir|990|21|310|0|150
"""


def build_catalogue() -> tuple:
    """The sixty products; the same for every seed, so that a database made from it fits every run."""
    products = []
    for number, row in enumerate(_ROWS.splitlines(), 1):
        title, brand, price, vat, weight, eco, commission = row.split("|")
        products.append(
            Product(
                sku=f"CSM-{number:04d}",
                gtin=gtin13(f"376012345{number:03d}"),
                title=title,
                brand=brand,
                price=int(price),
                vat=int(vat),
                weight=int(weight),
                eco=int(eco),
                commission=int(commission),
            )
        )
    return tuple(products)
