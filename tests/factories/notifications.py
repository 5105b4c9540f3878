"""Messages in the outbox."""

from datetime import timedelta
from typing import Any

from factory import LazyFunction, SelfAttribute, Sequence, SubFactory

from tests.factories import Factory, number_of
from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from volunteer.core import clock
from volunteer.notifications.models import Channel, Device, GroupRobot, OutboxMessage, RobotKind


class OutboxMessageFactory(Factory):
    """A mail that has been due since now, and is of use for a day."""

    class Meta:
        model = OutboxMessage

    key = Sequence(lambda n: f"note:{n}")
    kind = "note"
    person = SubFactory(PersonFactory)
    channel = Channel.EMAIL
    about: dict[str, Any] = {}  # noqa: RUF012 - factory_boy reads plain attributes
    due_at = LazyFunction(clock.now)
    next_try_at = SelfAttribute("due_at")
    expires_at = LazyFunction(lambda: clock.now() + timedelta(days=1))


class GroupRobotFactory(Factory):
    """A robot in a group of 企业微信 of a new team; `team_id=` says of which."""

    class Meta:
        model = GroupRobot

    team_id = LazyFunction(lambda: number_of(TeamFactory()))
    kind = RobotKind.WECOM
    name = "二号院群"
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a"
    made_by = SubFactory(PersonFactory)


class DeviceFactory(Factory):
    """A browser that nobody listens in; `person_id=` says whose."""

    class Meta:
        model = Device

    person_id = LazyFunction(lambda: number_of(PersonFactory()))
    name = "Firefox, Android"
    address = Sequence(lambda n: f"https://push.example.org/{n}")
    key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    secret = "BTBZMqHH6r4Tts7J_aSIgg"
    made_by_id = SelfAttribute("person_id")
