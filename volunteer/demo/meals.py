"""The demo's Wednesday lunch: last week's to its end, next week's with one allergy still to see to.

Last Wednesday ended with 31 portions for diners, 24 at the table and 7 brought home, and 5 cooks
who ate along: 32 eat every week, 3 were away, 2 guests came, 1 walked in, 1 stayed away.
No person, number or home exists.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from volunteer.activities import queries as activity_queries
from volunteer.activities.models import Activity, Occurrence
from volunteer.core import clock
from volunteer.core.database import transaction
from volunteer.core.homes import Home
from volunteer.demo.cast import Cast, deliver
from volunteer.elders.models import DietTag
from volunteer.meals import (
    booking_queries,
    bookings,
    delivery_round,
    home_safe,
    kitchen,
    kitty,
    kitty_queries,
    menus,
    queries,
    standing,
    standing_queries,
)
from volunteer.meals.bookings import Order
from volunteer.meals.diets import Diet
from volunteer.meals.diners import DinerDetails
from volunteer.meals.kitty import Line
from volunteer.meals.menus import DishPlan, IngredientPlan, PlanDetails
from volunteer.meals.models import (
    Allergen,
    DeliveryResult,
    Meal,
    MealPlan,
    MealWay,
    MoneyWay,
    Unit,
)
from volunteer.meals.standing import StandingOrder
from volunteer.people import profile
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentWay, Person
from volunteer.people.profile import PersonDetails

# The first 25 eat at the table, the others are brought their meal.
DINERS = (
    "刘婆婆", "王德珍", "李昌华", "张玉容", "陈国芳", "杨孝先", "赵素珍", "黄明玉", "周世珍",
    "吴代芬", "徐光荣", "孙琼英", "胡天才", "朱淑芳", "高玉莲", "林兴发", "何玉兰", "郭永芳",
    "马德华", "罗开秀", "梁世荣", "宋玉清", "郑德贵", "谢素英", "韩秀莲",
    "唐永珍", "冯世明", "于桂清", "董素芳", "萧德云", "程玉珍", "曹孝慈",
)  # fmt: skip
AT_THE_TABLE = 25
# By their place in the list, from 0.
AWAY = (22, 23, 24)
ALONE = range(12)
STAYED_AWAY = 14
HOSTS = {3: "张玉容的妹妹", 9: "吴代芬的孙女"}
NEIGHBOUR_MAY = 27
NOBODY_OPENED = 29
DIETS = {
    0: Diet((), "花生"), 2: Diet((DietTag.DIABETES,)), 5: Diet((DietTag.DIABETES,)),
    7: Diet((DietTag.LOW_SALT,)), 10: Diet((DietTag.DIABETES, DietTag.LOW_SALT)),
    12: Diet((DietTag.VEGETARIAN,)), 16: Diet((DietTag.LOW_SALT,)), 19: Diet((DietTag.HALAL,)),
    25: Diet((DietTag.SOFT,)), 28: Diet((DietTag.DIABETES, DietTag.SOFT)),
    31: Diet((DietTag.SOFT,)),
}  # fmt: skip
DISHES = (
    DishPlan(
        "凉拌鸡",
        allergens=(Allergen.PEANUT, Allergen.SESAME),
        ingredients=(
            IngredientPlan("鸡肉", 1500, Unit.GRAM), IngredientPlan("花生", 150, Unit.GRAM),
            IngredientPlan("小葱", 2, Unit.BUNCH),
        ),
    ),
    DishPlan(
        "家常豆腐",
        tags=(DietTag.DIABETES, DietTag.SOFT, DietTag.VEGETARIAN),
        allergens=(Allergen.SOY,),
        ingredients=(
            IngredientPlan("豆腐", 4, Unit.BLOCK), IngredientPlan("小葱", 1, Unit.BUNCH),
        ),
    ),
    DishPlan(
        "蒜蓉白菜",
        tags=(DietTag.DIABETES, DietTag.LOW_SALT, DietTag.VEGETARIAN),
        ingredients=(
            IngredientPlan("白菜", 2500, Unit.GRAM), IngredientPlan("大蒜", 100, Unit.GRAM),
        ),
    ),
    DishPlan(
        "米饭",
        tags=(DietTag.LOW_SALT, DietTag.VEGETARIAN),
        ingredients=(IngredientPlan("大米", 1200, Unit.GRAM),),
    ),
)  # fmt: skip
WITHOUT_PEANUTS = "刘婆婆那份单独拌，不放花生，盒上贴了名字。"


def cook_on_wednesdays(cast: Cast, now: datetime) -> None:
    """Everything of last Wednesday, and what is known of the next one."""
    activity = next(a for a in activity_queries.list_activities(cast.team) if a.title == "爱心午饭")
    past = activity_queries.list_between(cast.team, first=now - timedelta(weeks=3), before=now)
    last = [o for o in past if o.activity_id == activity.id and o.is_over(now)][-1]
    with clock.pretend(last.starts_at - timedelta(days=3)), transaction():
        plan = begin(activity, cast)
        people = invite(plan, last, cast)
    bring_guests(plan, last, cast)
    with clock.pretend(last.starts_at + timedelta(minutes=30)), transaction():
        hold_lunch(meal_of(cast, last), people, cast)
    with clock.pretend(last.ends_at + timedelta(minutes=50)), transaction():
        everybody_is_home(meal_of(cast, last), cast)
        settle(meal_of(cast, last), cast)
    deliver()


def begin(activity: Activity, cast: Cast) -> MealPlan:
    """Who helps in the kitchen and hands out cooks; who shops does not."""
    coordinator = cast.coordinator
    plan = menus.start(activity, PlanDetails(capacity=36, cooking=(0, 2)), by=coordinator)
    kitty.open_kitty(cast.team, cast.members[2], by=coordinator)
    return plan


def invite(plan: MealPlan, last: Occurrence, cast: Cast) -> list[Person]:
    """32 neighbours who eat every week; three are away for two weeks."""
    by, witness = cast.coordinator, cast.members[1].name
    people = [
        profile.create(PersonDetails(name=name, phone=f"028-0000 {601 + number:04d}"), by=by)
        for number, name in enumerate(DINERS)
    ]
    begun = standing.begin_all(
        plan,
        [(person, order_of(number, last, witness)) for number, person in enumerate(people)],
        by=by,
    )
    for number in AWAY:
        first = last.day - timedelta(days=1)
        standing.pause(begun[number], first, first + timedelta(days=9), by=by)
    return people


def order_of(number: int, last: Occurrence, witness: str) -> StandingOrder:
    is_brought = number >= AT_THE_TABLE
    building, unit = str(1 + number * 7 % 12), str(1 + number % 2)
    home = Home("小税巷5号院", building, unit, f"{1 + number % 6}0{1 + number % 4}")
    spoken = ConsentDetails(ConsentWay.SPOKEN, witness=witness)
    return StandingOrder(
        first_on=last.day,
        way=MealWay.DELIVERY if is_brought else MealWay.DINE_IN,
        details=DinerDetails(
            home=home if is_brought else None,
            lives_alone=number in ALONE or None,
            may_leave_with_neighbour=number == NEIGHBOUR_MAY or None,
            diet=DIETS.get(number),
            consent=spoken if number in DIETS else None,
        ),
    )


def meal_of(cast: Cast, occurrence: Occurrence) -> Meal:
    after = occurrence.starts_at - timedelta(hours=1)
    return queries.get_meal(queries.list_meals(cast.team, after=after)[0].id)


def bring_guests(plan: MealPlan, last: Occurrence, cast: Cast) -> None:
    """Two guests last week, and next week again; the menu of both."""
    with clock.pretend(last.starts_at - timedelta(days=2)), transaction():
        meals = queries.list_meals(cast.team, after=clock.now(), at_most=2)
        hosts, by = standing_queries.list_standing([plan]), cast.coordinator
        for meal in meals:
            menus.write_menu(meal, DISHES, by=by)
            for number, name in HOSTS.items():
                host = hosts[number].diner
                bookings.book_somebody_new(
                    meal,
                    PersonDetails(name=name),
                    Order(guest_of=host),
                    by=by,
                    form_key=f"demo-{meal.id}-{number}",
                )


def hold_lunch(meal: Meal, people: Sequence[Person], cast: Cast) -> None:
    """Cooks are well, the allergy is seen to, the sheet holds; who came, who did not; the round."""
    by = cast.coordinator
    for cook in kitchen.cooks_of(meal):
        kitchen.say_well(meal, cook.person, by=cook.person)
    for conflict in kitchen.enter(meal).open_conflicts:
        kitchen.tick(
            meal,
            dish_id=conflict.dish.id,
            person_id=conflict.person.id,
            words=WITHOUT_PEANUTS,
            by=by,
        )
    kitchen.check(meal, by=by)
    kitchen.keep_sample(meal, by=by)
    bookings.book_somebody_new(
        meal,
        PersonDetails(name="蒲正国"),
        Order(is_walk_in=True, is_late=True),
        by=by,
        form_key="demo-walk-in",
    )
    rows = {booking.diner.person_id: booking for booking in booking_queries.list_bookings(meal)}
    bookings.note_no_show(rows[people[STAYED_AWAY].id], is_missing=True, by=by)
    deliverer = cast.members[4]
    delivery_round.choose_deliverer(meal, deliverer, by=by)
    results = {
        NEIGHBOUR_MAY: DeliveryResult.AT_NEIGHBOUR,
        NOBODY_OPENED: DeliveryResult.NO_ANSWER,
    }
    for number in range(AT_THE_TABLE, len(people)):
        result = results.get(number, DeliveryResult.HANDED_OVER)
        delivery_round.note(rows[people[number].id], result, by=deliverer)
    delivery_round.make_safe(rows[people[NOBODY_OPENED].id], "在楼下晒太阳，饭送到了手上。", by=by)


def everybody_is_home(meal: Meal, cast: Cast) -> None:
    by = cast.coordinator
    for booking in home_safe.on_list(booking_queries.list_bookings(meal)):
        home_safe.tick(booking, is_home=True, by=by)


def settle(meal: Meal, cast: Cast) -> None:
    """What came in and went out; one line was wrong, and was taken back."""
    purse = kitty_queries.get_kitty(cast.team.id)
    keeper = purse.keeper
    lines = [
        (MoneyWay.IN, 31000, "饭钱，31位", meal.id),
        (MoneyWay.OUT, 14260, "鸡肉、豆腐", meal.id),
        (MoneyWay.OUT, 8650, "白菜、葱蒜、花生", meal.id),
        (MoneyWay.OUT, 5740, "大米、油", meal.id),
        (MoneyWay.OUT, 1200, "洗洁精", None),
    ]
    entered = [
        kitty.enter(purse, Line(meal.day, way, fen, purpose, meal_id), by=keeper)
        for way, fen, purpose, meal_id in lines
    ]
    kitty.reverse(purse, entered[-1], by=keeper)
    kitty.enter(purse, Line(meal.day, MoneyWay.OUT, 1020, "洗洁精"), by=keeper)
