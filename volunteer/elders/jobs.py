"""What the clock starts."""

from volunteer.core import clock
from volunteer.elders import care, weather


def stop_without_good_consent() -> None:
    care.stop_all_without_consent(clock.now())


def end_weather_rounds() -> int:
    return weather.end_what_is_over(clock.now())
