/** @odoo-module **/

import { Component, onMounted, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";
import { listView } from "@web/views/list/list_view";
import { ListRenderer } from "@web/views/list/list_renderer";

const FIRST_LOOK = 4000;
const EVERY = 10 * 60 * 1000;

/** What stands still, with what to check, above a list. Shows nothing while the queue runs. */
export class CdiscountQueueWatch extends Component {
    static template = "cdiscount_store_management.QueueWatch";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ watch: false });
        // The list does not wait for it.
        onMounted(async () => {
            this.state.watch = await this.orm.silent.call("cdiscount.queue", "get_watch", []);
        });
    }

    openAccount() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "cdiscount.config",
            res_id: this.state.watch.config_id,
            views: [[false, "form"]],
        });
    }
}

export class CdiscountWatchedListRenderer extends ListRenderer {
    static template = "cdiscount_store_management.WatchedListRenderer";
    static components = { ...ListRenderer.components, CdiscountQueueWatch };
}

registry.category("views").add("cdiscount_watched_list", {
    ...listView,
    Renderer: CdiscountWatchedListRenderer,
});

/** Scheduled actions that do not run cannot say so: the web client of the first person who opens Odoo does. */
export const cdiscountQueueWatchService = {
    dependencies: ["orm", "action", "notification"],
    start(env, { orm, action, notification }) {
        if (!session.cdiscount_watch) {
            return;
        }
        let shown = false;
        const look = async () => {
            if (document.visibilityState === "hidden") {
                return;
            }
            let watch = false;
            try {
                watch = await orm.silent.call("cdiscount.queue", "get_watch", []);
            } catch {
                // The server is away or the session is over: Odoo tells that itself.
                return;
            }
            if (!watch || !watch.blocked) {
                shown = false;
                return;
            }
            if (shown) {
                return;
            }
            shown = true;
            notification.add(watch.title, {
                title: _t("Cdiscount: jobs stand still"),
                type: "danger",
                sticky: true,
                buttons: [
                    {
                        name: _t("What to Check"),
                        primary: true,
                        onClick: () =>
                            action.doAction({
                                type: "ir.actions.act_window",
                                res_model: "cdiscount.config",
                                res_id: watch.config_id,
                                views: [[false, "form"]],
                            }),
                    },
                ],
            });
        };
        browser.setTimeout(look, FIRST_LOOK);
        browser.setInterval(look, EVERY);
    },
};

registry.category("services").add("cdiscount_queue_watch", cdiscountQueueWatchService);
