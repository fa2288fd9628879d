"""Lists the API serves and a connector must read rather than know (contract §2.6, §2.7, §3.7, §7.1)."""

from .tables import pairs

# code, label; codes are not unique and the shipment call wants the label (measured list of contract §2.7)
CARRIERS = pairs(
    "dpd DPD|pnl PostNL|fex FedEx|med Med Africa|tnt TNT|mre Mondial Relay|brt BRT|mal Malaysia Post|fwl FastWL|"
    "cub CUBYN|dac Dachser|cne CNE Express|ems China EMS|yun Yun Express|ara Aramex|hep Heppner|default autre|"
    "roy Royal Mail|hmr Hermes|gls GLS|asd Asendia|sfe SF Express|sfc SFC Service|ups UPS|cpr Colis Privé|"
    "cnp China Post|4px 4PX|maz Mazet|rlc Relais Colis|dbs DB Schenker|bps Bpost|wip WishPost|wan WanbExpress|"
    "gef Gefco|ser Seur|CLogistics CLOG|khn Kuehne + Nagel|pcc La Poste|pcc Colissimo|pcc Chronopost|"
    "pcc Chronofresh|geo GEODIS|dhldp DHL|dhldp Deutsche Post|yan Yanwen|vir VIR|tgt TONGTUEXPRESS|j&t AFS|"
    "cdr Coordinadora|sue SwissUniversalExpress|dsv DSV dpd|clogp30 CChezVous|trk Trusk|agd Agediss|gofo GofoAfs|"
    "gel Gel|erd Eurodis|jsp Jersey Post|syp Sunyou Post|ams Amazon Shipping|vcv VertChezVous|can Cainiao|"
    "jcex JCEX|ydh YDH|war Warning|landmark-global Landmark"
)
CARRIER_LABELS = frozenset(label for _, label in CARRIERS)
CARRIER_CODES = frozenset(code for code, _ in CARRIERS)

# The endpoint is measured to answer with legacy codes, whatever an offer must carry (contract §2.6)
LEGACY_DELIVERY_MODES = (
    ("STD", "Standard", False, False),
    ("TRK", "Tracked", False, False),
    ("REG", "Registered", False, False),
    ("EXP", "Express", True, False),
    ("LV1", "BigParcelEco", False, True),
    ("RIM", "ImmediateVendorPickup", False, False),
)

# code, French label, English label, order statuses in which it is offered
CANCELLATION_REASONS = (
    ("seller-out-of-stock", "Rupture de stock", "Out of stock", ("WaitingAcceptance", "Accepted", "InPreparation")),
    ("seller-price-error", "Erreur de prix", "Price error", ("WaitingAcceptance", "Accepted", "InPreparation")),
    (
        "customer-request",
        "Demande du client",
        "Customer request",
        ("WaitingAcceptance", "Accepted", "InPreparation", "Shipped", "Delivered"),
    ),
    ("carrier-issue", "Incident de transport", "Carrier issue", ("InPreparation", "Shipped", "Delivered")),
    ("customer-retraction", "Rétractation du client", "Customer retraction", ("Shipped", "Delivered")),
    ("damaged-product", "Produit endommagé", "Damaged product", ("Shipped", "Delivered")),
    ("wrong-product", "Produit non conforme", "Wrong product", ("Shipped", "Delivered")),
    ("missing-product", "Produit manquant", "Missing product", ("Shipped", "Delivered")),
)

# code, French label, typology
SUB_TYPOLOGIES = (
    ("missingItemInProduct", "Élément manquant dans le produit", "Order"),
    ("missingProductsInOrder", "Produit manquant dans la commande", "Order"),
    ("orderCancellation", "Annulation de commande", "Order"),
    ("orderModification", "Modification de commande", "Order"),
    ("orderNotShipped", "Commande non expédiée", "Order"),
    ("printReceipt", "Demande de facture", "Order"),
    ("productIsDamaged", "Produit endommagé", "Order"),
    ("productIsNotWorking", "Produit en panne", "Order"),
    ("wrongProductReceived", "Mauvais produit reçu", "Order"),
    ("orderAddressChangeCdiscount", "Changement d'adresse", "Order"),
    ("productQuestion", "Question sur un produit", "Offer"),
)
