"""Safety cards in the demo: some have told whom to call, and others have not come to it yet."""

from datetime import datetime

from volunteer.core import clock
from volunteer.demo.cast import Cast, in_daytime
from volunteer.people import safety_cards
from volunteer.people.safety_cards import Details, Pictures

CARDS = (
    Details("女儿小何", "女儿", "028-0000 0401", pictures=Pictures.PUBLIC),
    Details("老李", "老伴", "028-0000 0402", limits="膝盖不好，不爬楼", is_agreed=True),
    Details("楼下张姐", "邻居", "028-0000 0403", pictures=Pictures.INSIDE),
    Details("儿子建军", "儿子", "028-0000 0404", limits="不提重物", is_agreed=True),
)
# Of so many one has none.
EVERY = 4


def fill_in(cast: Cast, now: datetime) -> None:
    """Of most who visit and help."""
    with clock.pretend(in_daytime(now)):
        for number, person in enumerate(cast.volunteers):
            if (number + 1) % EVERY:
                safety_cards.fill_in(person, CARDS[number % len(CARDS)], by=person)
