"""What the clock starts for the door: sending codes that were asked for, forgetting old things."""

from collections.abc import Callable

from flask import current_app

from volunteer.accounts import code_wishes, forgetting, one_time_codes, throttle
from volunteer.core import chinese, clock


def plan_codes() -> None:
    code_wishes.plan_due(clock.now(), takes_sms=phones_that_take_sms())


def phones_that_take_sms() -> Callable[[str], bool]:
    if current_app.config["DEMO"]:
        # Its phones are landlines that nobody has, and its messages stay here.
        return lambda _phone: True
    if current_app.config["SMS_URL"]:
        return chinese.is_mobile
    return lambda _phone: False


def forget_codes() -> None:
    now = clock.now()
    code_wishes.forget_old(now)
    one_time_codes.forget_old(now)
    throttle.forget_old(now)


def forget_doors() -> int:
    return forgetting.forget(clock.now())
