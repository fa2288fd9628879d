"""Bringing packages on their way: open, upload, submit. Every call that cannot be repeated is announced first.

The announcement is committed before the call, its outcome right after it: whatever happens in between, the next run
knows which call may have had its effect (``services.rules.package_flow``). Only one of these runs works for an account
at any time (``alone_in`` of the operations), and a channel and type has one package that is not submitted yet.
"""

import time
from dataclasses import replace
from datetime import timedelta

from odoo import _, api, fields, models

from ...services.errors import CdiscountError, Conflict, DataError, InvalidRequest, NotFound, OutcomeUnknown
from ...services.payloads.package_result import Said
from ...services.rules import package_flow as flow
from ...services.rules.offer_memory import recall
from ...services.rules.refusals import explain_offer

UNSENT = ("waiting", "sending")
LOOKS, PAUSE = 5, 1.0
"""An upload is taken in within seconds, so that long the job waits; a package that takes longer is come back to."""
CREATES = 2
"""So often a package is asked for in one go. Then the marketplace has trouble, and asking on would only add to it."""
COME_BACK = 5
FIRST_LOOK = 5
SPARE_FOR = timedelta(hours=5)
"""A package that was not submitted is gone after six hours (contract §1.5)."""


class CdiscountOfferPackageDrive(models.Model):
    _inherit = "cdiscount.offer.package"

    @api.model
    def _drive(self, config, channel=None):
        """Generator: bring every package of the account on its way that was not submitted yet.

        Those that were begun come first: nothing else of their channel and type can be opened beside them. Then stock,
        which cannot wait. A channel that Cdiscount refuses, because the shop is not subscribed to it any more, stops
        nothing but itself: its error is that of its own job.

        :param channel: the channel of the job, by default the account's own
        """
        mine = channel or config.sales_channel_id
        tried, blocked = set(), set()
        while package := self._next_unsent(config, tried, blocked):
            tried.add(package.id)
            try:
                done = yield from package._send(config._get_client().offer_packages)
            except DataError:
                if package.sales_channel_id == mine:
                    raise
                blocked |= {(package.sales_channel_id.id, kind) for kind in ("Upsert", "Update", "Delete")}
                yield None
                continue
            if not done:
                blocked.add((package.sales_channel_id.id, package.type))
                self._come_again(config, package.sales_channel_id, COME_BACK)
            yield None

    @api.model
    def _next_unsent(self, config, tried, blocked):
        waiting = self.sudo().search(
            [("config_id", "=", config.id), ("state", "in", UNSENT), ("id", "not in", list(tried))], order="id"
        )
        free = waiting.filtered(lambda package: (package.sales_channel_id.id, package.type) not in blocked)
        ranks = {"foreign": 0, "stock": 1, "offers": 2}
        return free.sorted(lambda one: (not (one.reference or one.creating), ranks[one.purpose], one.id))[:1]

    def _send(self, calls):
        """Generator: do one step after the other until it is submitted, over, or must be waited for.

        :return: False when it must be waited for
        """
        if self.posting:
            # A worker died between the call and its outcome.
            self._keep(flow.doubtful(self._progress()))
            yield None
        looks = creates = 0
        while True:
            step = self._next_step()
            if step == "create":
                creates += 1
                going_on = yield from self._step_create(calls, last=creates >= CREATES)
            elif step == "find":
                going_on = yield from self._step_find(calls)
            elif step == "upload":
                going_on = yield from self._step_upload(calls)
            elif step in ("look", "submit"):
                going_on = self._step_look(calls) if step == "look" else self._step_submit(calls)
                looks += step == "look"
                yield None
            elif step == "empty":
                self._end_unsent("empty")
                return True
            else:
                # Somebody submitted it: its answers are read as usual.
                self._hand_over()
                return True
            if self.state == "lost":
                return True
            if self.submitted:
                self._hand_over()
                return True
            if not going_on or looks > LOOKS:
                return False
            if step == "look" and self.phase == "busy":
                time.sleep(PAUSE)

    # ------------------------------------------------------------------ open
    def _step_create(self, calls, last=False):
        """Open the package, or take one that is open and empty. Returns whether to go on.

        :param last: an answer that is lost again is for the queue to wait out
        """
        progress = self._progress()
        spare = self._find_spare()
        if spare:
            spare.empty = False
            self._keep(flow.created(progress, spare.reference), state="sending")
            return True
        channel = self.sales_channel_id.code
        if calls.find_open(self.type, channel):
            # Ours come one after the other, so it is nobody's that is known here.
            return (yield from self._adopt(calls))
        self._keep(replace(progress, creating=True), state="sending")
        yield None
        try:
            found = calls.create(self.type, channel)
        except OutcomeUnknown:
            # ``creating`` stays: the next step finds out.
            if last:
                raise
            time.sleep(PAUSE)
            return True
        except Conflict:
            self._keep(progress)
            yield None
            return (yield from self._adopt(calls))
        except CdiscountError:
            self._keep(flow.not_sent(progress))
            yield None
            raise
        self._keep(flow.created(progress, found))
        yield None
        return True

    def _find_spare(self):
        """Return a package of this channel and type that is open with nothing in it."""
        return self.search(
            [
                ("config_id", "=", self.config_id.id),
                ("sales_channel_id", "=", self.sales_channel_id.id),
                ("type", "=", self.type),
                ("state", "=", "empty"),
                ("empty", "=", True),
                ("finished_at", ">", fields.Datetime.now() - SPARE_FOR),
            ],
            limit=1,
        )

    def _step_find(self, calls):
        """The answer to the opening is lost: was it opened?"""
        channel = self.sales_channel_id.code
        known = tuple(package.package_id for package in calls.find_open(self.type, channel))
        others = self.search([("config_id", "=", self.config_id.id), ("reference", "in", known)])
        # Nothing else was open before it was asked for.
        self._keep(flow.found(self._progress(), known, frozenset(others.mapped("reference"))))
        yield None
        return True

    def _adopt(self, calls):
        """A package nobody remembers is open and in the way: it is submitted as it is, and this one follows.

        :return: whether the way is free
        """
        found = calls.find_open(self.type, self.sales_channel_id.code)
        if not found:
            return False
        stranger = self.create(
            {
                "config_id": self.config_id.id,
                "sales_channel_id": self.sales_channel_id.id,
                "type": self.type,
                "purpose": "foreign",
                "state": "sending",
            }
        )
        stranger._keep(flow.adopted(found[0].package_id))
        yield None
        return (yield from stranger._send(calls))

    # ------------------------------------------------------------------ fill
    def _step_upload(self, calls):
        progress = self._progress()
        lines = (
            self.env["cdiscount.offer.package.line"]
            .sudo()
            .search(
                [("package_id", "=", self.id), ("lot", "=", self.sent_lots), ("answer", "=", "waiting")], order="id"
            )
        )
        if not lines:
            self._keep(flow.turned_down(progress))
            return True
        self._lower_quantities(lines)
        self._keep(replace(progress, posting=True))
        yield None
        try:
            calls.upload(self.reference, [recall(line.request) for line in lines])
        except OutcomeUnknown:
            self._keep(flow.doubtful(progress))
        except NotFound:
            self._end_unsent("lost")
        except Conflict:
            # It was submitted meanwhile: what is in it goes, the rest into the next one.
            self._keep(replace(progress, posting=False, closed=True, phase=None))
        except DataError as error:
            self._turn_down(lines, error)
        except CdiscountError:
            self._keep(flow.not_sent(progress))
            yield None
            raise
        else:
            self._keep(flow.uploaded(progress))
        yield None
        return True

    def _turn_down(self, lines, error):
        """An upload was refused as a whole: its halves are sent, until the line that is wrong stands alone."""
        progress = flow.turned_down(self._progress())
        if len(lines) == 1:
            self._keep(progress)
            detail = error.params.get("detail") or str(error)
            self._store_refused(lines, lambda line: [explain_offer(Said(code="", message=detail))])
            return
        half = len(lines) // 2
        for number, part in enumerate((lines[:half], lines[half:])):
            part.write({"lot": progress.lots + number})
        self._keep(replace(progress, lots=progress.lots + 2))

    # ------------------------------------------------------------------ submit
    def _step_look(self, calls):
        try:
            self._keep(flow.seen(self._progress(), calls.get(self.reference)))
        except NotFound:
            self._end_unsent("lost")
        return True

    def _step_submit(self, calls):
        try:
            package = calls.submit(self.reference)
        except NotFound:
            self._end_unsent("lost")
            return True
        except InvalidRequest:
            if not self.submit_refusals:
                # Perhaps it was a moment too early.
                self._keep(replace(self._progress(), phase=None), submit_refusals=1)
                return False
            self._keep(flow.not_submittable(self._progress()))
            return True
        self._keep(flow.seen(self._progress(), package))
        return True

    def _hand_over(self):
        """It is submitted: a job of its own looks after it from now on, and the next one can be opened."""
        now = fields.Datetime.now()
        progress = replace(self._progress(), submitted=True)
        self._keep(progress, state="processing", submitted_at=now)
        eta = now + timedelta(seconds=FIRST_LOOK)
        self.env["cdiscount.queue"].sudo()._enqueue(self.config_id, "offer_package", str(self.id), eta=eta)

    def _end_unsent(self, state):
        """It expired, or nothing arrived in it: its offers are compared and sent anew."""
        message = {
            "lost": _("Cdiscount no longer knows this package, which was not submitted. Its offers are sent again."),
            "empty": _("Nothing arrived in this package. Its offers are sent again; the package serves the next ones."),
        }[state]
        if state == "empty":
            self._keep(replace(self._progress(), empty=True, posting=False))
        self.write({"posting": False, "creating": False})
        self._finish(state, message)
