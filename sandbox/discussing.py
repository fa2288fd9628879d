"""The discussions of a shop: who wrote what about which order, and what that does to their status (contract §7.1)."""

import base64
import binascii
import random
from datetime import timedelta

from .clock import format_time
from .jsonio import as_object
from .problems import invalid
from .referentials import SUB_TYPOLOGIES

SHORTEST, LONGEST = 13, 5000
MOST_FILES, MOST_BYTES = 3, 4 * 1024 * 1024
FILE_TYPES = ("png", "gif", "bmp", "jpg", "tif", "pdf", "jpeg", "doc", "docx", "xls")
GRADUATIONS = ("Discussion", "Claim", "Level_1")
CUSTOMER, CARE, SELLER = "Customer", "GrcOperator", "Seller"
_SUBJECTS = (
    ("Produit endommagé", "productIsDamaged", "Bonjour, le produit est arrivé cassé. Pouvez-vous le remplacer ?"),
    ("Où est mon colis ?", "orderNotShipped", "Bonjour, je n'ai toujours rien reçu. Où est mon colis ?"),
    ("Demande de facture", "printReceipt", "Bonjour, j'ai besoin d'une facture pour mon entreprise. Merci."),
    ("Produit en panne", "productIsNotWorking", "Bonjour, l'appareil ne s'allume pas. Que dois-je faire ?"),
    ("Erreur d'article", "wrongProductReceived", "Bonjour, ce n'est pas l'article que j'ai commandé."),
)
_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


class Discussions:
    """Documents by id, oldest first; keys that begin with ``_`` are not shown."""

    def __init__(self, shop):
        self.shop = shop
        self.rng = random.Random(f"{shop.seller_id}/discussions")
        self.by_id = {}
        self.files = {}  # attachment id -> (name, bytes)
        self._messages = 0
        past = (entry for entry in shop.orders if entry.serial <= shop.history)
        shipped = [entry for entry in past if entry.status in ("Shipped", "Delivered")][:40]
        for place, entry in enumerate(shipped[::8], 1):
            subject, code, body = _SUBJECTS[place % len(_SUBJECTS)]
            moment = entry.updated_at + timedelta(hours=2)
            made = self.open(entry, subject, code, body, CUSTOMER, moment=moment)
            made["graduation"] = "Claim" if place % 3 == 0 else "Discussion"
            made["isOpen"] = place % 4 != 0
            if place % 2 == 0:
                made["status"] = "Treated"

    # ------------------------------------------------------------------ what happens
    def open(self, entry, subject, code, body, sender, receivers=(), files=(), moment=None, typology="Order"):
        moment = moment or self.shop.stamp()
        customer = as_object(entry.document.get("customer")).get("reference")
        number = f"{self.rng.randrange(16**24):024x}"
        document = {
            "discussionId": number,
            "subject": subject,
            "orderReference": entry.document.get("reference"),
            "orderSellerId": entry.order_id,
            "salesChannelExternalReference": entry.order_id,
            "salesChannel": entry.channel,
            "isOpen": True,
            "status": "ToTreat",
            "graduation": "Discussion",
            "typologyCode": typology,
            "subTypologyCode": code,
            "createdAt": format_time(moment),
            "updatedAt": format_time(moment),
            "customerId": customer,
            "sellerId": self.shop.seller_id,
            "productId": None,
            "_messages": [],
        }
        self.by_id[number] = document
        self.write(document, sender, body, receivers, files, moment)
        return document

    def write(self, document, sender, body, receivers=(), files=(), moment=None):
        """A message: the customer's asks for an answer and reopens, the seller's is one."""
        moment = moment or self.shop.stamp()
        self._messages += 1
        number = f"M{self._messages:07d}{self.rng.randrange(16**8):08x}"
        attachments = []
        for name, data in files:
            key = f"A{len(self.files) + 1:06d}"
            self.files[key] = (name, data)
            attachments.append({"attachmentId": key, "fileName": name, "size": len(data)})
        identity = {CUSTOMER: document["customerId"], SELLER: self.shop.seller_id}.get(sender, "GRC-1")
        message = {
            "messageId": number,
            "discussionId": document["discussionId"],
            "sender": {"userType": sender, "userId": identity},
            "receivers": list(receivers) or [{"userType": SELLER, "userId": self.shop.seller_id}],
            "createdAt": format_time(moment),
            "body": body,
            "hasRead": sender == SELLER,
            "attachments": attachments,
        }
        document["_messages"].append(message)
        document["status"] = "Treated" if sender == SELLER else "ToTreat"
        if sender != SELLER:
            document["isOpen"] = True
        document["updatedAt"] = format_time(moment)
        return message

    def touch(self, document):
        document["updatedAt"] = format_time(self.shop.stamp())

    def escalate(self, document):
        """Discussion, Claim, Level_1: one step."""
        place = GRADUATIONS.index(document["graduation"]) if document["graduation"] in GRADUATIONS else -1
        document["graduation"] = GRADUATIONS[min(place + 1, len(GRADUATIONS) - 1)]
        self.touch(document)

    # ------------------------------------------------------------------ what is shown
    def find_message(self, number):
        for document in self.by_id.values():
            for message in document["_messages"]:
                if message["messageId"] == number:
                    return document, message
        return None, None

    @staticmethod
    def recipients(document):
        return [
            {"userType": CUSTOMER, "userId": document["customerId"]},
            {"userType": CARE, "userId": "GRC-1"},
        ]

    def row(self, document, which="FirstMessage"):
        """As the list shows it."""
        messages = document["_messages"]
        message = messages[-1 if which == "LastMessage" else 0] if messages else None
        return {**_shown(document), "message": message}

    def whole(self, document):
        """As it is shown by itself."""
        return {**_shown(document), "messages": document["_messages"], "recipients": self.recipients(document)}


def discussions_of(shop):
    """The discussions of a shop; a handful about shipped orders from the beginning, the same for the same seed."""
    if not hasattr(shop, "discussions"):
        shop.discussions = Discussions(shop)
    return shop.discussions


def known_code(code):
    return any(code == known for known, _label, _typology in SUB_TYPOLOGIES)


def read_files(entries, field="attachments"):
    """``[(name, bytes)]`` of attachments as they are sent; a refusal for what is not allowed.

    How they travel is not documented: base64 is this sandbox's guess.
    """
    if entries in (None, []):
        return []
    if not isinstance(entries, list) or len(entries) > MOST_FILES:
        raise invalid(field, f"At most {MOST_FILES} attachments are allowed.")
    found = []
    for entry in map(as_object, entries):
        name = entry.get("fileName") or entry.get("name")
        if not isinstance(name, str) or name.rpartition(".")[2].lower() not in FILE_TYPES:
            raise invalid(field, f"The type of the file '{str(name)[:60]}' is not allowed.")
        try:
            data = base64.b64decode(entry.get("content") or "", validate=True)
        except (binascii.Error, TypeError, ValueError):
            raise invalid(field, "The content is not base64.") from None
        found.append((name, data))
    if sum(len(data) for _name, data in found) > MOST_BYTES:
        raise invalid(field, "The attachments must not exceed 4 MB in all.")
    return found


def sample_picture(name="photo.png"):
    """A file a customer may send."""
    return (name, _PIXEL)


def _shown(document):
    return {key: value for key, value in document.items() if not key.startswith("_")}
