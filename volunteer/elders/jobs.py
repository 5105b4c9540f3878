"""What the clock starts."""

from volunteer.core import clock
from volunteer.elders import care, forgetting, safe_exit, weather


def stop_without_good_consent() -> None:
    care.stop_all_without_consent(clock.now())


def end_weather_rounds() -> int:
    return weather.end_what_is_over(clock.now())


def ask_whether_visitors_are_out() -> int:
    return safe_exit.ask(clock.now())


def forget_old_elders() -> int:
    return forgetting.forget_what_is_over(clock.now())
