"""The days that the law itself makes holidays.

全国年节及纪念日放假办法 (public holidays) of 2024, in force from 2025, article 2. Which
days around them are free or worked, the State Council says anew each November.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from volunteer.core import chinese

NEW_YEAR, LABOUR_DAY, NATIONAL_DAY = "元旦", "劳动节", "国庆节"
SPRING_FESTIVAL, TOMB_SWEEPING, DRAGON_BOAT, MID_AUTUMN = "春节", "清明", "端午节", "中秋节"


@cache
def days_of(year: int) -> Mapping[date, str]:
    """Each day and its name."""
    # Its tables are large, and needed only in the weeks in which a year has not been entered.
    from chinese_calendar import get_solar_terms

    begins = chinese.solar_day(year, 1, 1)
    (tombs,) = (
        day for day, term in get_solar_terms(date(year, 4, 1), date(year, 4, 10)) if term == "清明"
    )
    return {
        date(year, 1, 1): NEW_YEAR,
        # From its eve to the third day.
        **{begins + timedelta(days=number): SPRING_FESTIVAL for number in range(-1, 3)},
        tombs: TOMB_SWEEPING,
        date(year, 5, 1): LABOUR_DAY,
        date(year, 5, 2): LABOUR_DAY,
        chinese.solar_day(year, 5, 5): DRAGON_BOAT,
        chinese.solar_day(year, 8, 15): MID_AUTUMN,
        **{date(year, 10, day): NATIONAL_DAY for day in (1, 2, 3)},
    }
