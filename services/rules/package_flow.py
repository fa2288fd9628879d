"""Which step of an offer package is next, from what is stored and what the marketplace says (contract §4.1).

The caller stores an *intent* before every call that cannot be repeated (``creating``, ``posting``), makes the call, and
stores its outcome. So after a crash at any point it is known which call may have had its effect, and no upload is ever
sent twice into one package: the marketplace would refuse both lines of every reference in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ..payloads.package_result import OfferPackage, Phase

Step = Literal["create", "find", "upload", "look", "submit", "wait", "results", "refused", "empty", "lost", "done"]


@dataclass(frozen=True, slots=True)
class Progress:
    """What is stored about a package of ours.

    :param lots: how many uploads it needs
    :param sent: how many are dealt with; they are sent in order
    :param taken: how many of those the marketplace acknowledged
    :param creating: the package was asked for, and its id is not known
    :param posting: upload number ``sent`` was posted, and its answer is not known
    :param closed: no more uploads: one of them is in doubt, what did not arrive goes into the next package
    :param empty: there is nothing in it
    :param phase: as last seen, None before
    :param submitted: it was set Ready
    :param read: its results are stored
    """

    package_id: str = ""
    lots: int = 1
    sent: int = 0
    taken: int = 0
    creating: bool = False
    posting: bool = False
    closed: bool = False
    empty: bool = False
    phase: Phase | None = None
    submitted: bool = False
    read: bool = False


def next_step(progress: Progress) -> Step:
    """What to do now.

    ``create``: store ``creating``, then ``client.offer_packages.create``; ``created``, or as it stands when the outcome
    is not known.
    ``find``: the answer to ``create`` is lost: ``find_open``, then ``found``.
    ``upload``: store ``posting``, then send lot number ``sent``; ``uploaded``, ``turned_down``, ``doubtful``, or
    ``not_sent``.
    ``look``: ``get``, then ``seen``: an upload is being taken in, or nobody looked yet.
    ``submit``: ``submit``, then ``seen``.
    ``wait``: it is on its way; ``get`` again later.
    ``results``: read and store them; what they do not name did not arrive.
    ``refused``: rejected as a whole: no line was taken, the package says why.
    ``empty``: it is open and nothing is in it. Its id serves the next package of this channel and type, which could not
    be opened beside it.
    ``lost``: it is gone without having been submitted: nothing of it was done, all goes into a new package.
    ``done``: nothing.
    """
    if progress.read:
        return "done"
    if not progress.package_id:
        return "find" if progress.creating else "create"
    if progress.phase == "integrated":
        return "results"
    if progress.phase == "rejected":
        return "refused"
    if progress.submitted or progress.phase == "moving":
        return "wait"
    if progress.empty or (
        not progress.posting and not progress.closed and progress.sent >= progress.lots > progress.taken == 0
    ):
        return "empty"
    if not progress.posting and not progress.closed and progress.sent < progress.lots:
        return "upload"
    # Set Ready too early it is refused, so it is looked at first.
    return "submit" if progress.phase == "open" else "look"


def created(progress: Progress, package_id: str) -> Progress:
    """The answer to ``create`` came, or ``found`` settled on a package."""
    return replace(progress, package_id=package_id, creating=False, phase=None)


def found(progress: Progress, open_ids: tuple[str, ...], ours: frozenset[str]) -> Progress:
    """After ``find``.

    :param open_ids: the open packages of this channel and type
    :param ours: ids that other packages of ours are known by; and whatever was open before this one was asked for
    """
    new = [package_id for package_id in open_ids if package_id not in ours]
    # None: it was not created. Several: any of them is empty and open, since nobody knew its id.
    return created(progress, new[0]) if new else replace(progress, creating=False)


def uploaded(progress: Progress) -> Progress:
    """A lot was acknowledged."""
    return replace(progress, sent=progress.sent + 1, taken=progress.taken + 1, posting=False, phase=None)


def turned_down(progress: Progress) -> Progress:
    """A lot was refused for certain: nothing of it arrived, and the others go on without it."""
    return replace(progress, sent=progress.sent + 1, posting=False, phase=None)


def not_sent(progress: Progress) -> Progress:
    """``create`` or ``upload`` failed with an error of kind ``wait`` (429, no connection, circuit open): the transport
    raises those for an unsafe call only when nothing was done. The same step is next, later."""
    return replace(progress, creating=False, posting=False)


def doubtful(progress: Progress) -> Progress:
    """The outcome of the upload is not known: an OutcomeUnknown, or a ``posting`` found after a crash.

    It is not sent again; the package is submitted with what it has. The references that its results do not name are
    sent in the next package.
    """
    return replace(progress, posting=False, closed=True, phase=None)


def adopted(package_id: str) -> Progress:
    """An open package that nobody remembers stands in the way (409 to ``create``): it is submitted as it is."""
    return Progress(package_id=package_id, lots=0, closed=True)


def not_submittable(progress: Progress) -> Progress:
    """``submit`` was refused although the package is open, again after a pause: it is empty."""
    return replace(progress, empty=True)


def seen(progress: Progress, package: OfferPackage) -> Progress:
    """After ``look``, ``submit`` or ``wait``."""
    return replace(progress, phase=package.phase, submitted=progress.submitted or package.is_submitted)


def gone(progress: Progress) -> Step:
    """The marketplace does not know the package any more. Submitted, it was integrated or refused, and its results are
    no longer kept: read the offers back. Not submitted, nothing of it was done."""
    return "results" if progress.submitted else "lost"
