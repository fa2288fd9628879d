"""Postal addresses: real pairs of postal code and city, invented streets, numbers reserved for fiction."""

from ..tables import pairs, words

KINDS = ("rue", "avenue", "boulevard", "place", "impasse", "chemin", "allée", "quai")
STREETS = words(
    "des Lilas|du Général-de-Gaulle|de l'Église|Émile-Zola|du 8-Mai-1945|de la Forêt|Jean-Jaurès|"
    "de l'Hôtel-de-Ville|des Frères-Lumière|Saint-Honoré|du Château|des Écoles|de la République|Victor-Hugo|"
    "du Moulin à Vent|d'Alsace-Lorraine|des Chênes|de Belle-Île|du Pré aux Clercs|Gambetta"
)
FRENCH_CITIES = pairs(
    "33000 Bordeaux|75011 Paris|69003 Lyon|13008 Marseille|31000 Toulouse|44000 Nantes|67000 Strasbourg|"
    "34000 Montpellier|59000 Lille|35000 Rennes|51100 Reims|76600 Le Havre|42000 Saint-Étienne|83000 Toulon|"
    "38000 Grenoble|21000 Dijon|49000 Angers|30000 Nîmes|63000 Clermont-Ferrand|72000 Le Mans|29200 Brest|"
    "37000 Tours|80000 Amiens|87000 Limoges|74000 Annecy|66000 Perpignan|25000 Besançon|45000 Orléans|"
    "68100 Mulhouse|14000 Caen|01000 Bourg-en-Bresse|06400 Cannes|20000 Ajaccio|20200 Bastia|26000 Valence|"
    "58000 Nevers|93200 Saint-Denis|78000 Versailles|92100 Boulogne-Billancourt|64100 Bayonne|17000 La Rochelle|"
    "22000 Saint-Brieuc|10000 Troyes|55100 Verdun|48000 Mende|07000 Privas|24200 Sarlat-la-Canéda|"
    "88400 Gérardmer|50100 Cherbourg-en-Cotentin"
)
# country: (street, postal code, city)
FOREIGN = {
    "BE": (
        ("Rue Neuve", "1000", "Bruxelles"),
        ("Meir", "2000", "Antwerpen"),
        ("Rue de la Cathédrale", "4000", "Liège"),
    ),
    "DE": (
        ("Königstraße", "70173", "Stuttgart"),
        ("Große Bleichen", "20354", "Hamburg"),
        ("Schützenstraße", "80335", "München"),
    ),
    "ES": (
        ("Calle de Alcalá", "28014", "Madrid"),
        ("Paseo de Gracia", "08007", "Barcelona"),
        ("Calle Larga", "11403", "Jerez"),
    ),
    "IT": (
        ("Via Garibaldi", "10122", "Torino"),
        ("Viale Libertà", "20900", "Monza"),
        ("Via Etnea", "95124", "Catania"),
    ),
    "LU": (("Grand-Rue", "L-1660", "Luxembourg"), ("Rue de l'Alzette", "4010", "Esch-sur-Alzette")),
    "NL": (("Prinsengracht", "1015 DX", "Amsterdam"), ("Oudegracht", "3511 AB", "Utrecht")),
    "PT": (("Rua Áurea", "1100-060", "Lisboa"), ("Avenida da Boavista", "4050-115", "Porto")),
}
EXTRAS = (
    "Bât. B, esc. 2",
    "Appt 14",
    "Résidence Les Mimosas",
    "3e étage, porte droite",
    "Digicode 12A45",
    "Chez Mme Peyrache",
)
PICKUP_NAMES = (
    "Tabac de la Gare",
    "Pressing du Marché",
    "Épicerie Saint-Jean",
    "Librairie L'Échappée",
    "Fleurs & Co",
    "Locker Intermarché",
)


def street(rng, country="FR") -> dict:
    """Street, postal code, city and country of one place, with the keys of the API."""
    if country in FOREIGN:
        name, postal_code, city = rng.choice(FOREIGN[country])
        line1 = f"{name} {rng.randrange(1, 180)}"
    else:
        postal_code, city = rng.choice(FRENCH_CITIES)
        line1 = f"{rng.randrange(1, 180)} {rng.choice(KINDS)} {rng.choice(STREETS)}"
    extra = rng.random()
    return {
        "addressLine1": line1,
        "addressLine2": rng.choice(EXTRAS) if extra < 0.2 else ("" if extra < 0.3 else None),
        "addressLine3": rng.choice(EXTRAS) if extra < 0.04 else None,
        "postalCode": postal_code,
        "city": city,
        "stateOrRegion": None,
        "countryCode": country,
    }


_PLAIN = str.maketrans("àâäçéèêëîïôöùûüÿÀÂÇÉÈÊËÎÏÔÙÛ", "aaaceeeeiioouuuyAACEEEEIIOUU")
_SHORT = (("boulevard", "bd"), ("avenue", "av."), ("rue", "r."), ("place", "pl."), ("allée", "all."))


def written_differently(rng, place: dict) -> dict:
    """The same place as another day's typing has it: case, accents, hyphens, abbreviations, blanks."""
    other = dict(place)
    way = rng.randrange(4)
    if way == 0:
        other["addressLine1"] = place["addressLine1"].upper()
        other["city"] = place["city"].upper()
    elif way == 1:
        other["addressLine1"] = place["addressLine1"].translate(_PLAIN).replace("-", " ")
        other["city"] = place["city"].translate(_PLAIN).replace("-", " ")
    elif way == 2:
        for long, short in _SHORT:
            if f" {long} " in other["addressLine1"]:
                other["addressLine1"] = other["addressLine1"].replace(f" {long} ", f" {short} ")
                break
        else:
            other["addressLine1"] = other["addressLine1"].replace(" ", "  ", 1)
    else:
        other["addressLine1"] = f" {place['addressLine1']} ".replace(" ", ", ", 2).lstrip(", ") + " "
        other["city"] = f"{place['city']} "
    return other


def phone(rng, country="FR") -> str:
    """A number of the ranges kept free for fiction (FR 06 39 98, 01 99 00), in one of the usual spellings."""
    if country != "FR":
        prefix = {"BE": "+32", "DE": "+49", "ES": "+34", "IT": "+39", "LU": "+352", "NL": "+31", "PT": "+351"}.get(
            country, "+33"
        )
        return f"{prefix} {rng.randrange(400, 499)} {rng.randrange(100000, 999999)}"
    tail = f"{rng.randrange(10000):04d}"
    national = "063998" + tail if rng.random() < 0.8 else "019900" + tail
    way = rng.randrange(5)
    if way == 0:
        return national
    if way == 1:
        return "+33" + national[1:]
    if way == 2:
        return ".".join(national[i : i + 2] for i in range(0, 10, 2))
    if way == 3:
        return "0033" + national[1:]
    return " ".join(national[i : i + 2] for i in range(0, 10, 2))


def pickup_point(rng, place: dict) -> dict:
    """A Mondial Relay point near ``place``: id, name and its own street."""
    return {
        "pickupId": f"FR-{rng.randrange(1, 99999):05d}",
        "pickupName": rng.choice(PICKUP_NAMES),
        "addressLine1": f"{rng.randrange(1, 90)} {rng.choice(KINDS)} {rng.choice(STREETS)}",
        "addressLine2": None,
        "addressLine3": None,
        "postalCode": place["postalCode"],
        "city": place["city"],
        "stateOrRegion": None,
        "countryCode": place["countryCode"],
    }
