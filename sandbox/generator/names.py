"""Names of people and companies, with the accents, hyphens and particles real ones have."""

from ..tables import words

WOMEN = words(
    "Anne|Émilie|Françoise|Chloé|Inès|Léa|Zoé|Marie-Thérèse|Océane|Héloïse|Aïcha|Maëlle|Noémie|Sylvie|Béatrice|"
    "Camille|Jeanne|Manon|Gaëlle|Nathalie|Sandrine|Lucie|Agnès|Élodie"
)
MEN = words(
    "François|Jérôme|Rémi|Loïc|Benoît|Jean-Baptiste|Frédéric|Gaël|Théo|Noël|Sébastien|Hervé|Mickaël|Olivier|"
    "Karim|Stéphane|Cédric|Pierre|Hugo|Jean-François|Raphaël|Yann|Éric|Aurélien"
)
FAMILIES = words(
    "Durand|Lefèvre|Béranger|Le Goff|d'Hautefeuille|Garçon|Müller|Nguyễn|Ben Saïd|Courtès|de La Fontaine|Gérard|"
    "Hébert|Lemaître|Moreau|Petit-Jean|Peyrache|Quéméner|Rousseau|Saint-Léger|Traoré|Urrutia|Vauquelin|Wuyts|"
    "Zimmermann|Bœuf|Château|Deschâtelets|Étienne|Faÿ|Guérin|L'Hostis|Maçon|O'Connor|Raÿs|Sénéchal|Thévenet|"
    "Vaïsse|Chevalier|Lambert"
)
COMPANIES = words("Menuiserie|Boulangerie|Cabinet|Ateliers|Garage|Établissements|Imprimerie|Pépinières|Hôtel|Crèche")
COMPANY_FORMS = ("SARL", "SAS", "SASU", "EURL", "SA", "SCOP")
FOREIGN_FORMS = {"BE": "SRL", "DE": "GmbH", "IT": "S.r.l.", "ES": "S.L.", "LU": "S.à r.l.", "NL": "B.V.", "PT": "Lda"}
FOREIGN_FIRST = {
    "BE": ("Lieven", "Wouter", "Aurélie", "Thaïs"),
    "DE": ("Jürgen", "Käthe", "Björn", "Sören"),
    "IT": ("Niccolò", "Giosuè", "Chiara", "Matteo"),
    "ES": ("José", "Íñigo", "Begoña", "Sofía"),
    "LU": ("Marc", "Danièle"),
    "NL": ("Sjoerd", "Anouk"),
    "PT": ("João", "Conceição"),
}
FOREIGN_FAMILIES = {
    "BE": ("Peeters", "Van den Bossche", "Delvaux"),
    "DE": ("Groß", "Schäfer", "Köhler"),
    "IT": ("D'Amico", "Rossi", "Esposito"),
    "ES": ("Muñoz García", "Núñez", "Ibáñez"),
    "LU": ("Schmit", "Weber"),
    "NL": ("van der Meer", "IJsselstein"),
    "PT": ("Magalhães", "Simões"),
}
# (first name, family name): what people and attackers type into a name field
ODD_NAMES = (
    ("Zoé 🌸", "Lefèvre 🎁"),
    ("<b>Anne</b>", "Durand <script>alert(1)</script>"),
    ("A" * 120, "B" * 80),
    ("  Jean   ", " DUPONT "),
    ("", "Martin"),
    ("Nguyễn Thị", "Ánh"),
    ("Robert'); DROP TABLE partner;--", 'O"Brien & Fils'),
    ("ÉLODIE", "ﬁlière"),
)


def person(rng, country="FR"):
    """``(civility, first name, family name)``."""
    if country in FOREIGN_FIRST:
        return (
            rng.choice(("Mr", "Mrs", None)),
            rng.choice(FOREIGN_FIRST[country]),
            rng.choice(FOREIGN_FAMILIES[country]),
        )
    if rng.random() < 0.52:
        return rng.choice(("Mrs", "Mrs", "Miss")), rng.choice(WOMEN), rng.choice(FAMILIES)
    return "Mr", rng.choice(MEN), rng.choice(FAMILIES)


def company(rng, family, country="FR") -> str:
    if country == "FR":
        return f"{rng.choice(COMPANIES)} {family} {rng.choice(COMPANY_FORMS)}"
    return f"{family} {FOREIGN_FORMS.get(country, 'Ltd')}"
