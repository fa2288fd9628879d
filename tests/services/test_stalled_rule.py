"""When a queue stands still, and what is to blame."""

from datetime import datetime, timedelta

from services.rules.stalled import Lane, QueueFacts, diagnose, standing_lanes

NOW = datetime(2026, 3, 29, 12, 0)


def ago(**span):
    return NOW - timedelta(**span)


def test_nothing_is_said_while_the_runner_is_on_time_and_lanes_move():
    lanes = {"orders": Lane(ago(hours=5), ago(minutes=1)), "stock": Lane(ago(minutes=3))}
    assert diagnose(QueueFacts(NOW, cron_due=ago(minutes=5), lanes=lanes)) == ()


def test_a_runner_that_does_not_run_is_blamed_alone():
    lanes = {"orders": Lane(ago(hours=5))}
    assert diagnose(QueueFacts(NOW, cron_due=ago(hours=1), lanes=lanes)) == ("cron_late",)
    assert diagnose(QueueFacts(NOW, cron_active=False, lanes=lanes)) == ("cron_off",)
    assert diagnose(QueueFacts(NOW, cron_active=None)) == ("cron_off",)
    assert diagnose(QueueFacts(NOW, neutralized=True, cron_active=False, lanes=lanes)) == ("neutralized",)


def test_a_copy_whose_actions_were_switched_on_again_is_watched_like_any_other():
    assert diagnose(QueueFacts(NOW, neutralized=True, cron_active=True, cron_due=ago(hours=1))) == ("cron_late",)


def test_a_lane_stands_still_when_its_work_is_due_and_nobody_did_anything_there():
    facts = QueueFacts(
        NOW,
        lanes={
            "orders": Lane(ago(minutes=16), ago(minutes=16)),
            "stock": Lane(ago(minutes=16), ago(minutes=14)),
            "finance": Lane(ago(minutes=14), None),
            "catalogue": Lane(ago(hours=2), None),
        },
    )
    assert standing_lanes(facts) == ("catalogue", "orders")
    assert diagnose(facts) == ("standstill",)


def test_a_job_that_runs_for_hours_is_told_besides():
    assert diagnose(QueueFacts(NOW, longest_running=ago(minutes=59))) == ()
    assert diagnose(QueueFacts(NOW, longest_running=ago(minutes=61))) == ("long_job",)
    lanes = {"stock": Lane(ago(hours=2))}
    assert diagnose(QueueFacts(NOW, lanes=lanes, longest_running=ago(hours=2))) == ("standstill", "long_job")
