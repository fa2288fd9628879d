"""The life of an offer package (contract §4.1 and §14).

WaitingForCompletion (busy for a moment after each upload), Ready, IntegrationPending, Integrated or Rejected; or it
expires unsubmitted. Everything that passes by itself passes in ``settle``.
"""

from collections import Counter
from datetime import timedelta

from ..clock import format_time
from ..problems import Problem, invalid
from .integration import integrate

KINDS = ("Upsert", "Update", "Delete")
OPEN, READY, PENDING, DONE, REFUSED = "WaitingForCompletion", "Ready", "IntegrationPending", "Integrated", "Rejected"
STATES = (OPEN, READY, PENDING, DONE, REFUSED)
MAX_UPLOAD = 100
NEVER = timedelta(days=36_500)


class OfferPackage:
    """``requests`` are those taken in and not integrated yet, ``uploads`` the size of each upload."""

    def __init__(self, package_id, kind, channel, created):
        self.package_id = package_id
        self.kind = kind
        self.channel = channel
        self.created = created
        self.state = OPEN
        self.requests = []
        self.uploads = []
        self.digests = set()
        self.lines = []  # until they are no longer kept
        self.tally = Counter()  # of the lines, by status
        self.busy_until = None
        self.due = None  # when the next state comes by itself
        self.finished = None
        self.result = None  # (code, message) of the package as a whole
        self.unlucky = {}  # SKU -> refusal that a fault chose
        self.ready_calls = 0

    @property
    def over(self) -> bool:
        return self.state in (DONE, REFUSED)

    def busy(self, now) -> bool:
        return self.busy_until is not None and now < self.busy_until

    def document(self, now, settings) -> dict:
        state = settings.upload_state if self.state == OPEN and self.busy(now) else self.state
        document = {"packageId": self.package_id, "type": self.kind, "state": state}
        if self.over:
            code, text = self.result or (0, "")
            document["result"] = {"resultCode": code, "message": text}
        return document

    def report(self, now, settings) -> dict:
        """What the control interface tells: the document and what the API does not show."""
        return {
            **self.document(now, settings),
            "salesChannelId": self.channel,
            "createdAt": format_time(self.created),
            "finishedAt": format_time(self.finished) if self.finished else None,
            "uploads": list(self.uploads),
            "offers": sum(self.uploads),
            "ready_calls": self.ready_calls,
            "lines": dict(self.tally),
        }


class PackageDesk:
    """The packages of one shop. The marketplace's lock is held around every call."""

    def __init__(self, shelf):
        self._shelf = shelf
        self._packages = {}
        self._moving = {}  # those that are not over, by id

    def __iter__(self):
        return iter(self._packages.values())

    def find(self, package_id):
        return self._packages.get(package_id)

    def open(self, kind, channel, now) -> OfferPackage:
        """A new package. One that is open already on the channel for that type stands in its way, or is counted."""
        shelf = self._shelf
        for other in self._moving.values():
            if other.state == OPEN and (other.kind, other.channel) == (kind, channel):
                shelf.mark("offer_packages_open_together")
                if shelf.settings.one_open_package:
                    raise Problem(
                        409, detail=f"A package of type {kind} is already open on the sales channel {channel}."
                    )
        for other in self._packages.values():
            if other.lines and self._forgotten(other, now):
                other.lines = []
        package = OfferPackage(shelf.new_id(), kind, channel, now)
        package.due = now + timedelta(seconds=shelf.settings.package_expiry)
        self._packages[package.package_id] = self._moving[package.package_id] = package
        shelf.mark("offer_packages_created")
        return package

    def upload(self, package, requests, now, digest=None):
        """Take ``requests`` in; the package is busy for a moment."""
        shelf, settings = self._shelf, self._shelf.settings
        if package.state != OPEN:
            raise Problem(409, detail=f"The package is {package.state}; offers can no longer be added.")
        if not isinstance(requests, list):
            raise invalid("$", "The JSON value could not be converted to an array of offer requests.")
        if not 1 <= len(requests) <= MAX_UPLOAD:
            raise invalid("$", f"The number of offer requests must be between 1 and {MAX_UPLOAD}.")
        if len(package.requests) + len(requests) > settings.offers_per_package:
            raise invalid("$", f"A package holds at most {settings.offers_per_package} offer requests.")
        _check_shape(requests, settings.offer_gtin)
        known = {request["sellerExternalReference"] for request in package.requests}
        for request in requests:
            if request["sellerExternalReference"] in known:
                shelf.mark("offer_duplicates_posted")
            known.add(request["sellerExternalReference"])
        if digest in package.digests:
            shelf.mark("offer_uploads_posted_twice")
        package.digests.add(digest)
        package.requests.extend(requests)
        package.uploads.append(len(requests))
        package.busy_until = now + timedelta(seconds=settings.upload_delay)
        shelf.mark("offer_uploads")
        shelf.mark("offers_uploaded", len(requests))

    def submit(self, package, now):
        shelf = self._shelf
        package.ready_calls += 1
        if package.state != OPEN:
            shelf.mark("offer_packages_ready_twice")
            raise Problem(409, detail=f"The package is {package.state}.")
        if package.busy(now):
            shelf.mark("offer_ready_too_early")
            raise invalid("state", "The package is still taking in offer requests.")
        if not package.requests:
            raise invalid("state", "The package holds no offer request.")
        package.state = READY
        package.due = now + timedelta(seconds=shelf.settings.ready_delay)

    def settle(self, now):
        """Let happen what the clock has brought, the earliest first."""
        while self._moving:
            package = min(self._moving.values(), key=lambda one: one.due)
            if package.due > now:
                return
            self.step(package, package.due)

    def step(self, package, moment):
        """The next state of a package, whether its time has come or not."""
        shelf = self._shelf
        if package.state == OPEN:
            del self._moving[package.package_id], self._packages[package.package_id]
            shelf.mark("offer_packages_expired")
        elif package.state == READY:
            package.state = PENDING
            package.due = moment + timedelta(seconds=shelf.settings.integration_delay)
        elif package.state == PENDING:
            self.finish(package, moment)

    def finish(self, package, moment, refused=None):
        """Integrate, or refuse as a whole with ``refused``: (code, message)."""
        refused = refused or package.result
        if refused is None:
            package.lines = integrate(self._shelf, package, moment)
            package.tally.update(line.status for line in package.lines)
        package.state = REFUSED if refused else DONE
        package.result = refused
        package.requests = []
        package.digests = set()
        package.finished = moment
        self._moving.pop(package.package_id, None)
        self._shelf.mark("offer_packages_rejected" if refused else "offer_packages_integrated")

    def _forgotten(self, package, now) -> bool:
        return now - package.finished >= timedelta(seconds=self._shelf.settings.results_kept)

    def results(self, package, now) -> list:
        """Lines of a package that is over; a refusal before, and once they are thrown away."""
        if not package.over:
            self._shelf.mark("offer_results_asked_early")
            raise Problem(
                400,
                title="Retrieval of the offer requests results failed.",
                detail=f"The package {package.package_id} is {package.state}.",
            )
        if self._forgotten(package, now):
            raise Problem(404, detail=f"The results of the package {package.package_id} are no longer kept.")
        return package.lines


def _check_shape(requests, gtin_kind):
    """What makes the API refuse an upload as a whole, with the place of the culprit."""
    wanted = {"text": str, "number": int}.get(gtin_kind)
    for place, request in enumerate(requests):
        if not isinstance(request, dict):
            raise invalid(f"$[{place}]", "The JSON value could not be converted.")
        reference = request.get("sellerExternalReference")
        if not isinstance(reference, str) or not reference:
            raise invalid(f"$[{place}].sellerExternalReference", "The sellerExternalReference field is required.")
        product = request.get("product")
        if wanted and isinstance(product, dict):
            gtin = product.get("gtin")
            if gtin is not None and not isinstance(gtin, wanted):
                raise invalid(f"$[{place}].product.gtin", "The JSON value could not be converted.")
