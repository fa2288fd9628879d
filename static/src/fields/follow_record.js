/** @odoo-module **/

import { Component, onWillUnmount, useEffect, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";

const EVERY = 3000;

/** Reads the record again every few seconds while it is on the screen, so that nobody has to press a button. */
export class CdiscountFollowRecord extends Component {
    static template = xml`<span class="fa fa-refresh fa-spin me-1" aria-hidden="true"/>`;
    static props = { record: Object, readonly: { type: Boolean, optional: true }, "*": true };

    setup() {
        this.alive = true;
        useEffect(
            () => {
                const timer = setInterval(() => this.follow(), EVERY);
                return () => clearInterval(timer);
            },
            () => []
        );
        onWillUnmount(() => (this.alive = false));
    }

    async follow() {
        const record = this.props.record;
        // A hidden tab asks nothing; two readings of one record never overlap; what somebody types is not lost.
        if (document.hidden || this.busy || !record.resId || (await record.isDirty())) {
            return;
        }
        this.busy = true;
        try {
            await record.load();
            if (this.alive) {
                record.model.notify?.();
            }
        } catch {
            // The connection is gone for a moment, or the record is: the next reading or the person's click tells.
        } finally {
            this.busy = false;
        }
    }
}

registry.category("view_widgets").add("cdiscount_follow", { component: CdiscountFollowRecord });
