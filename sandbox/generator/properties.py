"""Properties of a category (contract §5.1): eight to fourteen each, some with mandatory values from a list."""

from ..tables import words
from .dice import Dice

COLOURS = words("Noir|Blanc|Gris|Rouge|Bleu|Vert|Jaune|Rose|Marron|Beige|Orange|Violet|Multicolore|Doré|Argenté")
SIZES = words("XS|S|M|L|XL|XXL|Taille unique")
COLOUR, SIZE = "37002", "37003"

# reference | label | choices, separated by commas; without choices a free text
_POOL = """\
37010|Matière principale|Bois,Métal,Plastique,Verre,Tissu,Cuir,Céramique,Coton,Papier
37011|Pays de fabrication|France,Italie,Espagne,Portugal,Allemagne,Chine,Inde,Turquie,Pologne
37012|Dimensions du produit (L x l x H)|
37013|Poids net|
37014|Contenu de l'emballage|
37015|Type de produit|
37016|Garantie|1 an,2 ans,3 ans,5 ans,10 ans
37017|Alimentation électrique|Secteur,Piles,Batterie,USB,Solaire,Sans
37018|Public|Homme,Femme,Mixte,Enfant,Bébé
37019|Style|Classique,Contemporain,Industriel,Scandinave,Rustique,Vintage
37020|Finition|Mat,Brillant,Satiné,Brut
37021|Puissance|
37022|Capacité|
37023|Entretien|Lavage en machine,Lavage à la main,Nettoyage à sec,Chiffon humide
37024|Classe énergétique|A,B,C,D,E,F,G
37025|Durée de disponibilité des pièces détachées|2 ans,5 ans,7 ans,10 ans
37026|Indice de réparabilité|
37027|Identifiant unique REP|
37028|Contact de sécurité du produit|
37029|Numéro de modèle|
37030|Nombre de pièces|
37031|Usage|Intérieur,Extérieur,Intérieur et extérieur
37032|Saison|Printemps/été,Automne/hiver,Toute saison
37033|Âge minimum|Naissance,6 mois,12 mois,3 ans,6 ans,8 ans,12 ans
37034|Compatibilité|
37035|Langue|Français,Anglais,Espagnol,Allemand,Italien
37036|Auteur|
37037|Éditeur|
37038|Label et certification|Agriculture biologique,FSC,OEKO-TEX,NF,Aucun
37039|Référence du fabricant|
"""
POOL = tuple(
    (reference, label, tuple(choices.split(",")) if choices else ())
    for reference, label, choices in (row.split("|") for row in _POOL.splitlines())
)


def _row(reference, label, necessity, choices, variation=False, size=False):
    return {
        "propertyReference": reference,
        "label": label,
        "necessity": necessity,
        "choices": list(choices),
        "isVariation": variation,
        "isSize": size,
    }


def properties_of(seed, category) -> list:
    """Property rows of a category; nothing above level 3.

    Every category has one or two mandatory properties with choices and at most one mandatory free text.
    """
    if category is None or category.level != 3:
        return []
    throw = Dice(seed, "properties")(int(category.reference, 36))
    rows = [_row(COLOUR, "Couleur", "Mandatory", COLOURS, variation=category.variant)]
    if category.variant:
        rows.append(_row(SIZE, "Taille", "Mandatory", SIZES, variation=True, size=True))
    start, step, count = throw.below(len(POOL)), throw.choice((1, 7, 11, 13)), 7 + throw.below(6)
    listed = text = False
    for at in range(count):
        reference, label, choices = POOL[(start + at * step) % len(POOL)]
        necessity = throw.choice(("Recommended", "Optional", "Optional"))
        if choices and not listed:
            necessity, listed = "Mandatory", True
        elif not choices and not text and throw.chance(25):
            necessity, text = "Mandatory", True
        rows.append(_row(reference, label, necessity, choices))
    return rows
