"""The shelves of the marketplace: 24 universes of 16 families, and what tells the categories of a family apart."""

from ..tables import words

# universe: its families
_SHELVES = """\
Luminaires: Lampes|Lampadaires|Suspensions|Appliques murales|Plafonniers|Spots|Ampoules|Guirlandes lumineuses|\
Veilleuses|Lanternes|Rubans LED|Lustres|Abat-jour|Projecteurs|Bougies LED|Lampes torches
Petit électroménager: Bouilloires|Grille-pain|Machines à café|Cafetières|Blenders|Robots culinaires|Friteuses|\
Fers à repasser|Aspirateurs|Centrales vapeur|Ventilateurs|Radiateurs|Purificateurs d'air|Machines à pain|\
Extracteurs de jus|Balances de cuisine
Gros électroménager: Réfrigérateurs|Congélateurs|Lave-linge|Sèche-linge|Lave-vaisselle|Fours|Micro-ondes|\
Plaques de cuisson|Hottes|Caves à vin|Cuisinières|Mini-bars|Climatiseurs|Chauffe-eau|Déshumidificateurs|\
Pièces pour électroménager
Cuisine: Couteaux|Poêles|Cocottes|Casseroles|Assiettes|Verres|Mugs|Couverts|Planches à découper|Moules|\
Boîtes de conservation|Théières|Ustensiles|Essoreuses|Plats à gratin|Nappes
Linge de maison: Couettes|Oreillers|Parures de lit|Draps|Plaids|Serviettes|Rideaux|Coussins|Matelas|Surmatelas|\
Protège-matelas|Tapis|Peignoirs|Torchons|Couvertures|Voilages
Meubles: Tables basses|Étagères|Chaises|Bureaux|Canapés|Lits|Armoires|Commodes|Buffets|Tabourets|Fauteuils|\
Meubles TV|Consoles|Bibliothèques|Dressings|Tables à manger
Puériculture: Fauteuils bébé|Poussettes|Sièges auto|Lits bébé|Biberons|Chauffe-biberons|Tapis d'éveil|Porte-bébés|\
Chaises hautes|Couches|Baignoires bébé|Babyphones|Gigoteuses|Tables à langer|Transats|Barrières de sécurité
Jouets: Peluches|Jeux de société|Puzzles|Trottinettes|Poupées|Figurines|Jeux de construction|Circuits|\
Voitures miniatures|Jeux éducatifs|Déguisements|Jeux de cartes|Tricycles|Toboggans|Dînettes|Maquettes
Informatique: Souris|Claviers|Écrans|Câbles|Ordinateurs portables|Ordinateurs de bureau|Tablettes|Imprimantes|\
Cartouches d'encre|Disques durs|Clés USB|Cartes mémoire|Routeurs|Webcams|Cartes graphiques|Alimentations
Image et son: Casques audio|Enceintes|Écouteurs|Téléviseurs|Barres de son|Vidéoprojecteurs|Platines vinyle|\
Amplificateurs|Radios|Appareils photo|Objectifs|Trépieds|Caméscopes|Microphones|Supports TV|Lecteurs DVD
Téléphonie: Smartphones|Montres connectées|Coques|Chargeurs|Batteries externes|Films de protection|Téléphones fixes|\
Supports de téléphone|Bracelets connectés|Kits piéton|Perches à selfie|Talkies-walkies|Répéteurs|Cartes SIM|\
Adaptateurs|Traceurs GPS
Sport: Casques de vélo|Vélos|Tapis de yoga|Haltères|Raquettes|Ballons|Rollers|Skis|Gants de boxe|\
Chaussures de sport|Maillots de bain|Lunettes de natation|Bancs de musculation|Vélos d'appartement|\
Cordes à sauter|Antivols
Randonnée et camping: Sacs à dos|Gourdes|Tentes|Sacs de couchage|Matelas gonflables|Réchauds|Lampes frontales|\
Bâtons de marche|Boussoles|Hamacs|Glacières|Couteaux pliants|Jumelles|Chaises pliantes|Cartes de randonnée|Ponchos
Bagagerie: Valises|Sacs de voyage|Sacs à main|Portefeuilles|Cartables|Trousses de toilette|Sacoches|Bananes|\
Étiquettes de bagage|Cadenas|Porte-documents|Housses|Ceintures|Parapluies|Porte-clés|Sacs isothermes
Beauté et hygiène: Crèmes visage|Parfums|Savons|Tondeuses à barbe|Shampooings|Rouges à lèvres|Vernis à ongles|\
Sèche-cheveux|Lisseurs|Brosses à cheveux|Rasoirs|Déodorants|Laits pour le corps|Huiles de massage|Masques|Épilateurs
Auto et moto: Pneus|Batteries auto|Autoradios|Housses de siège|Essuie-glaces|Huiles moteur|Coffres de toit|\
Porte-vélos|Casques de moto|Blousons de moto|Ampoules de phare|Tapis de voiture|Chaînes neige|Bougies d'allumage|\
Filtres à air|Crics
Bricolage: Perceuses|Kits d'outillage|Scies|Ponceuses|Visseuses|Marteaux|Tournevis|Échelles|Peintures|Colles|Vis|\
Autocollants|Serrures|Robinets|Prises électriques|Détecteurs de fumée
Jardin: Terreaux|Rosiers|Semences|Engrais|Tondeuses à gazon|Taille-haies|Barbecues|Parasols|Salons de jardin|Serres|\
Arrosoirs|Tuyaux d'arrosage|Piscines|Abris de jardin|Pots de fleurs|Clôtures
Librairie: Livres|Romans|Bandes dessinées|Atlas|Mangas|Dictionnaires|Guides|Manuels scolaires|Magazines|Revues|\
Agendas|Calendriers|Cahiers|Carnets|Partitions|Livres audio
Épicerie: Cafés|Huiles|Thés|Miels|Chocolats|Confitures|Biscuits|Pâtes|Riz|Épices|Vinaigres|Sirops|Conserves|\
Céréales|Bonbons|Fruits secs
Mode: Robes|Pantalons|Chemises|T-shirts|Vestes|Manteaux|Jupes|Pulls|Chaussettes|Baskets|Bottes|Sandales|Chapeaux|\
Écharpes|Gants|Pyjamas
Bijoux et montres: Montres|Bagues|Colliers|Bracelets|Boucles d'oreilles|Pendentifs|Chaînes|Broches|Alliances|\
Boîtes à bijoux|Réveils|Horloges|Bracelets de montre|Gourmettes|Piercings|Médailles
Animalerie: Croquettes|Litières|Aquariums|Cages|Laisses|Colliers pour chien|Niches|Gamelles|Arbres à chat|\
Jouets pour chat|Paniers pour chien|Antiparasitaires|Friandises|Graines pour oiseaux|Caisses de transport|\
Brosses pour animaux
Papeterie et musique: Stylos|Classeurs|Papiers|Calculatrices|Ciseaux|Agrafeuses|Étiquettes|Tableaux blancs|Guitares|\
Pianos|Batteries acoustiques|Violons|Flûtes|Ukulélés|Pupitres|Loupes
"""
SHELVES = tuple((name, words(rest)) for name, rest in (line.split(": ", 1) for line in _SHELVES.splitlines()))

# No adjective among them: they follow any noun without agreeing with it
QUALIFIERS = words(
    "de bureau|de voyage|de luxe|de collection|de série limitée|d'extérieur|d'intérieur|d'appoint|d'entrée de gamme|"
    "pour enfant|pour débutant|pour professionnel|pour petit espace|en bois|en métal|en verre|en tissu|"
    "en matière recyclée|à l'unité|à composer soi-même|au format familial|au format compact|sur mesure|sans marque|"
    "avec accessoires|avec rangement|de seconde main|à faire soi-même"
)
_ALIKE = frozenset(
    words(
        "souris|tapis|vis|riz|vernis|engrais|matelas|surmatelas|protège-matelas|cadenas|tournevis|atlas|porte-clés|"
        "porte-documents"
    )
)
_STOPS = ("de", "du", "à", "pour", "en", "bébé", "auto", "audio")


def singular(label) -> str:
    """``Tables basses de bureau`` becomes ``Table basse de bureau``: words up to the first preposition."""
    parts = label.split(" ")
    for place, word in enumerate(parts):
        if word in _STOPS or word.startswith(("d'", "l'")):
            break
        if word.lower() in _ALIKE:
            continue
        if word.endswith(("aux", "eux")) or word.endswith("s"):
            parts[place] = word[:-1]
    return " ".join(parts)
