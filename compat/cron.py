"""Scheduled actions: what repeats, what tells its progress, what is switched off, changed with each series."""


def keep_running(crons):
    """Make each cron repeat for ever. Called from data files after the records, so upgrades are covered too.

    Odoo 17 runs a cron once and stops unless numbercall is -1; later series have no such field.
    """
    if "numbercall" in crons._fields:
        crons.sudo().filtered(lambda cron: cron.numbercall != -1).write({"numbercall": -1})


def report_progress(env, done, remaining):
    """Tell the running scheduled action how far it is, and commit that. Outside of one, do nothing.

    Odoo 18 and later take a process that is killed before it has reported anything for a failure of the action, and
    switch off an action that fails too often; Odoo 17 knows no progress. The action's own transaction holds nothing
    else: jobs run in transactions of their own.

    :param env: the environment Odoo called the action in
    :param done: how many jobs were done since the last call
    :param remaining: how many are still due
    """
    progress_id = env.context.get("ir_cron_progress_id")
    if not progress_id:
        return
    cron = env["ir.cron"]
    if hasattr(cron, "_commit_progress"):
        cron._commit_progress(done, remaining=remaining)
    elif hasattr(cron, "_notify_progress"):
        before = env["ir.cron.progress"].sudo().browse(progress_id).done
        cron._notify_progress(done=before + done, remaining=remaining)
        env.cr.commit()  # pylint: disable=invalid-commit


def forgive_failures(cr, cron_ids):
    """Reset the count of failures of these actions, except of one that is running: Odoo has its row locked.

    From Odoo 18 on, five failures over a week switch an action off.
    """
    cr.execute(
        """
        SELECT count(*) FROM information_schema.columns
         WHERE table_schema = current_schema AND table_name = 'ir_cron' AND column_name = 'first_failure_date'
        """
    )
    if cron_ids and cr.fetchone()[0]:
        cr.execute(
            """
            UPDATE ir_cron SET failure_count = 0, first_failure_date = NULL
             WHERE id IN (SELECT id FROM ir_cron WHERE id = ANY(%s) AND failure_count > 0
                             FOR NO KEY UPDATE SKIP LOCKED)
            """,
            (list(cron_ids),),
        )
