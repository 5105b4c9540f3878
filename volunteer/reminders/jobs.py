"""What the clock starts."""

from datetime import timedelta
from email.utils import parseaddr

from flask import current_app

from volunteer.activities import extending
from volunteer.core import clock
from volunteer.core.web_address import Site
from volunteer.notifications import delivery, dispatch, forgetting
from volunteer.notifications.channels import KeptHere, Sender, Smtp
from volunteer.notifications.lines import is_outside, is_outside_or_here
from volunteer.notifications.models import Channel
from volunteer.notifications.push import Push
from volunteer.notifications.robots import Robots
from volunteer.notifications.sms import DryRun, Gateway
from volunteer.reminders import afterwards, duties, ladder, overdue, watch, weekly
from volunteer.reminders import forgetting as reminder_forgetting


def plan_reminders() -> int:
    return weekly.plan_due(clock.now())


def remind_of_duties() -> None:
    duties.plan_due(clock.now())


def plan_calls() -> None:
    ladder.plan_calls(clock.now())


def ask_where_short() -> None:
    watch.ask_where_short(clock.now())


def say_thanks() -> None:
    afterwards.thank_all(clock.now())


def remind_of_hours() -> None:
    afterwards.remind_of_hours(clock.now())


def tell_of_overdue_elders() -> None:
    overdue.tell(clock.now())


def extend_calendars() -> None:
    extending.extend_all(clock.now())


def forget_call_notes() -> int:
    return reminder_forgetting.forget_notes(clock.now())


def forget_messages() -> int:
    days = current_app.config["KEEP_MESSAGES_DAYS"]
    return forgetting.forget(clock.now(), keep=timedelta(days=days))


def send_outbox() -> int | None:
    """Send what is due, or have the workers do it where there are any."""
    return None if dispatch.sweep() else send_here()


def send_here(*, batches: int = 1000) -> int:
    return delivery.send_due(
        open_sender,
        lease=timedelta(seconds=current_app.config["LEASE_SECONDS"]),
        at_most=current_app.config["BATCH_SIZE"],
        batches=batches,
    )


def open_sender(channel: Channel) -> Sender:
    """How letters of this channel leave this installation; in the demo they stay."""
    settings = current_app.config
    if settings["DEMO"]:
        return KeptHere()
    if channel is Channel.SMS:
        if not settings["SMS_URL"]:
            return DryRun()
        return Gateway(
            settings["SMS_URL"],
            settings["SMS_TOKEN"],
            settings["SMS_SIGNATURE"],
            settings["SMS_SHAPE"],
            settings["SMS_TEMPLATE"],
            settings["SMS_APP"],
        )
    may_call = is_outside_or_here if settings["ROBOTS_MAY_BE_HERE"] else is_outside
    if channel is Channel.GROUP:
        return Robots(may_call)
    if channel is Channel.PUSH:
        contact = f"mailto:{parseaddr(settings['MAIL_FROM'])[1]}"
        return Push(settings["PUSH_KEY"], contact, Site(settings["BASE_URL"]), may_call)
    return Smtp(
        host=settings["SMTP_HOST"],
        port=settings["SMTP_PORT"],
        sent_from=settings["MAIL_FROM"],
        site=Site(settings["BASE_URL"]),
        user=settings["SMTP_USER"],
        password=settings["SMTP_PASSWORD"],
        security=settings["SMTP_SECURITY"],
        trusted=settings["SMTP_CA_FILE"],
    )
