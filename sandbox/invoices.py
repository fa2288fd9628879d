"""Invoices that sellers sent for their orders: one per order, the last one counts; and imports of many at once."""

import hashlib
import io
import zipfile
from datetime import timedelta

from .clock import format_time
from .problems import Problem, invalid

PDF, UBL = "application/pdf", "application/xml"
UBL_NAMESPACE = b"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
INVOICED = ("InPreparation", "Shipped", "Delivered")
STEPS = ("OrderCheck", "FileCheck", "Extract", "Upload")


class Invoices:
    """What a shop's orders have (``current``), all that was ever taken (``received``), and the imports."""

    def __init__(self, shop):
        self.shop = shop
        self.received = []
        self.current = {}  # order id -> row of received
        self.imports = []

    def take(self, order_id, file_name, content, mark=lambda name, by=1: None):
        """Keep a file as the invoice of an order; it replaces the one before. Raises ``Problem`` when refused."""
        entry = self.shop.orders.get(order_id)
        if entry is None:
            raise Problem(404, detail=f"The order {order_id[:60]} was not found.")
        content_type = self._check(entry, content)
        digest = hashlib.sha256(content).hexdigest()
        before = self.current.get(order_id)
        mark("invoices_posted_twice", before is not None and before["sha256"] == digest)
        mark("invoices_replaced", before is not None and before["sha256"] != digest)
        row = {
            "documentId": f"INV-{len(self.received) + 1:06d}",
            "orderId": order_id,
            "fileName": file_name,
            "contentType": content_type,
            "size": len(content),
            "createdAt": format_time(self.shop.clock.now()),
            "sha256": digest,
            "_content": content,
        }
        self.received.append(row)
        self.current[order_id] = row
        return row

    def _check(self, entry, content):
        settings = self.shop.settings
        if len(content) > settings.invoice_max_bytes:
            raise Problem(
                413, title="Payload Too Large", detail=f"The file exceeds {settings.invoice_max_bytes} bytes."
            )
        if not content:
            raise invalid("file", "The file is empty.")
        if entry.status not in INVOICED:
            raise invalid("orderId", f"The order {entry.order_id} is {entry.status}: it takes no invoice.")
        if content.startswith(b"%PDF-"):
            return PDF
        if settings.invoice_ubl_allowed and content.lstrip().startswith(b"<") and UBL_NAMESPACE in content:
            return UBL
        raise invalid("file", "The file must be a PDF or a UBL 2.1 invoice.")

    # ------------------------------------------------------------------ many at once
    def start_import(self, files, mark):
        """``files``: (name, bytes); the name without its ending is the order. A ZIP holds more of them."""
        due = self.shop.clock.now() + timedelta(seconds=self.shop.settings.invoice_import_delay)
        row = {
            "importId": f"IMP-{len(self.imports) + 1:06d}",
            "createdAt": format_time(self.shop.clock.now()),
            "_number": len(self.imports),
            "_due": due,
            "_files": [one for name, content in files for one in _unpacked(name, content)],
            "_mark": mark,
            "_result": None,
        }
        self.imports.append(row)
        return row

    def progress(self, row):
        """The import as it is shown; the files are taken once it is due."""
        if row["_result"] is None and row["_due"] <= self.shop.clock.now():
            row["_result"] = [self._import_one(name, content, row["_mark"]) for name, content in row["_files"]]
        done = row["_result"] is not None
        return {
            "importId": row["importId"],
            "createdAt": row["createdAt"],
            "status": "Done" if done else "InProgress",
            "steps": [{"name": name, "status": "Done" if done else "Pending"} for name in STEPS],
            "files": row["_result"] or [],
        }

    def _import_one(self, name, content, mark):
        order_id = name.rpartition("/")[2].rpartition(".")[0]
        try:
            taken = self.take(order_id, name, content, mark)
        except Problem as problem:
            texts = [text for found in (problem.errors or {}).values() for text in found]
            return {"fileName": name, "orderId": order_id, "status": "Refused", "message": problem.detail or texts[0]}
        return {"fileName": name, "orderId": order_id, "status": "Uploaded", "documentId": taken["documentId"]}


def _unpacked(name, content):
    if not content.startswith(b"PK\x03\x04"):
        return [(name, content)]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [(info.filename, archive.read(info)) for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        raise invalid("file", "The archive cannot be read.") from None


def shown(row):
    """A row as the API shows it: what came, not its content."""
    return {key: row[key] for key in ("documentId", "fileName", "contentType", "size", "createdAt")}
