"""What may be typed about how people and groups are told."""

import base64
from collections.abc import Sequence
from datetime import time
from urllib.parse import urlsplit

from wtforms import BooleanField, HiddenField, RadioField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from volunteer.core import saying
from volunteer.core.forms import MISSING, ClockField, Optional, SelectChoice, TidyForm, choices
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen_forms import SeenMixin
from volunteer.notifications.devices import DeviceDetails
from volunteer.notifications.groups import RobotDetails
from volunteer.notifications.models import RobotKind
from volunteer.notifications.posting import Forbidden, Target
from volunteer.people.models import Person, ToldBy
from volunteer.telling.choices import Choices

# Whoever writes 10 and means the evening would be left in peace for the whole day.
LONGEST_QUIET = 16
AS_USUAL, OWN, NEVER = "usual", "own", "never"
WAYS = {
    None: SelectChoice("", __("As it comes: by email with an email address, else by a call")),
    ToldBy.EMAIL: SelectChoice(ToldBy.EMAIL.value, __("By email")),
    ToldBy.SMS: SelectChoice(ToldBy.SMS.value, __("By text message")),
    ToldBy.PUSH: SelectChoice(ToldBy.PUSH.value, __("By a notice on my device")),
    ToldBy.CALL: SelectChoice(ToldBy.CALL.value, __("A coordinator calls me")),
}
OTHER = RobotKind.OTHER
ROBOT_KINDS = {
    RobotKind.WECOM: __("WeCom (企业微信)"),
    RobotKind.DINGTALK: __("DingTalk (钉钉)"),
    RobotKind.FEISHU: __("Feishu (飞书)"),
    OTHER: __("Another service, by its Apprise address"),
}

# Where the robots of each app are spoken to: with another app chosen nothing would ever arrive.
APP_AT = {
    "qyapi.weixin.qq.com": RobotKind.WECOM,
    "oapi.dingtalk.com": RobotKind.DINGTALK,
    "open.feishu.cn": RobotKind.FEISHU,
}


class ChoicesForm(SeenMixin, TidyForm):
    told_by = RadioField(
        __("In which way?"),
        choices=list(WAYS.values()),
    )
    wants_week = BooleanField(
        __("The weekly message"),
        description=__("Once a week: your own dates, and what is still open."),
    )
    wants_asks = BooleanField(
        __("Asking me to help out"),
        description=__("When somebody falls ill, or a neighbour needs a hand."),
    )
    quiet = RadioField(
        __("When shall we leave you in peace?"),
        choices=[
            SelectChoice(AS_USUAL, __("At night, from 21:00 to 8:00")),
            SelectChoice(OWN, __("At hours of my own")),
            SelectChoice(NEVER, __("Never: tell me at once")),
        ],
        description=__("What can wait comes in the morning. Codes and alarms come at once."),
    )
    quiet_from = ClockField(__("My own hours: from when?"), [Optional()])
    quiet_until = ClockField(__("My own hours: until when?"), [Optional()])

    def leave_out(self, *ways: ToldBy) -> None:
        """What can't be done here, nobody chooses."""
        self.told_by.choices = [way for told, way in WAYS.items() if told not in ways]

    def validate_told_by(self, field: RadioField) -> None:
        """Said of the person whom the form is about; see `about()`."""
        person = self.person
        if field.data == ToldBy.SMS.value and not person.phone:
            raise ValidationError(_("For text messages we need a phone number."))
        if field.data == ToldBy.EMAIL.value and not person.is_reachable_by_mail:
            raise ValidationError(_("For emails we need an email address that works."))

    def validate_quiet(self, field: RadioField) -> None:
        if field.data == OWN and not (self.quiet_from.data and self.quiet_until.data):
            raise ValidationError(_("Please say from when until when."))
        # The fields show the hours of before: only what was typed anew would be lost.
        typed = (self.quiet_from.data or "", self.quiet_until.data or "")
        if field.data != OWN and any(typed) and typed != shown_hours(self.person):
            raise ValidationError(
                _("You wrote hours of your own: please choose “At hours of my own”, or empty both.")
            )

    def validate_quiet_until(self, field: ClockField) -> None:
        """Only looked at when something is written here."""
        begin, end = self.quiet_from.time, field.time
        if self.quiet.data != OWN or begin is None or end is None:
            return
        if begin == end:
            raise ValidationError(
                _("Both are the same. To be told at any hour, choose “Never: tell me at once”.")
            )
        hours = -(-minutes_between(begin, end) // 60)
        if hours > LONGEST_QUIET:
            raise ValidationError(
                _(
                    "That is %(hours)d hours of quiet a day. If you mean the evening, please write"
                    " it like 10 pm.",
                    hours=hours,
                )
            )

    def about(self, person: Person) -> "ChoicesForm":
        self.person = person
        return self

    def show(self, person: Person) -> None:
        begin = person.quiet_from
        shown_from, shown_until = shown_hours(person)
        self.process(
            data={
                "told_by": person.told_by.value if person.told_by else "",
                "wants_week": person.wants_week,
                "wants_asks": person.wants_asks,
                "quiet": OWN if shown_from else AS_USUAL if begin is None else NEVER,
                "quiet_from": shown_from,
                "quiet_until": shown_until,
            }
        )

    def chosen(self) -> Choices:
        quiet = None
        if self.quiet.data == NEVER:
            quiet = (time(0), time(0))
        elif self.quiet.data == OWN and self.quiet_from.time and self.quiet_until.time:
            quiet = (self.quiet_from.time, self.quiet_until.time)
        return Choices(
            told_by=ToldBy(self.told_by.data) if self.told_by.data else None,
            wants_week=bool(self.wants_week.data),
            wants_asks=bool(self.wants_asks.data),
            quiet=quiet,
        )


def shown_hours(person: Person) -> tuple[str, str]:
    """Somebody's own quiet hours, as the fields show them; empty without any."""
    begin, end = person.quiet_from, person.quiet_until
    if begin is None or end is None or begin == end:
        return "", ""
    return saying.clock_words(begin), saying.clock_words(end)


def minutes_between(begin: time, end: time) -> int:
    """From the one hour to the next time that it is the other."""
    minutes = (end.hour - begin.hour) * 60 + end.minute - begin.minute
    return minutes % (24 * 60)


class DeviceForm(TidyForm):
    """What a browser says of itself when it is to show notices (RFC 8291); nobody types it."""

    address = HiddenField(validators=[DataRequired(MISSING), Length(max=1000)])
    key = HiddenField(validators=[DataRequired(MISSING), Length(max=100)])
    secret = HiddenField(validators=[DataRequired(MISSING), Length(max=40)])

    # Tests have their push services on this machine, without encryption.
    may_be_here = False

    def validate_address(self, field: HiddenField) -> None:
        if not is_safe(field.data or "", may_be_here=self.may_be_here):
            raise ValidationError

    def validate_key(self, field: HiddenField) -> None:
        # A point on the curve, not compressed.
        key = unpacked(field.data or "")
        if len(key) != 65 or key[0] != 4:
            raise ValidationError

    def validate_secret(self, field: HiddenField) -> None:
        if len(unpacked(field.data or "")) != 16:
            raise ValidationError

    def details(self, name: str) -> DeviceDetails:
        return DeviceDetails(
            name=name,
            address=self.address.data or "",
            key=self.key.data or "",
            secret=self.secret.data or "",
        )


def unpacked(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


def is_safe(url: str, *, may_be_here: bool) -> bool:
    """Whether nobody can listen on the way to this address."""
    try:
        return Target.of(url).is_https or may_be_here
    except Forbidden:
        return False


def names_of(services: Sequence[str]) -> str:
    return ", ".join(f"{service}://" for service in services)


class OwnLineForm(SeenMixin, TidyForm):
    own_line = StringField(
        __("What shall we write under every message?"),
        [Optional(), Length(max=60)],
        description=__("In the team's own words, such as: The tea is always warm."),
    )


class RobotForm(TidyForm):
    kind = RadioField(__("In which app is the group?"), choices=choices(RobotKind, ROBOT_KINDS))
    name = StringField(
        __("What do you call the group?"),
        [DataRequired(MISSING), Length(max=30)],
        description=__("Only coordinators see it."),
    )
    url = StringField(
        __("Its webhook address?"),
        [DataRequired(MISSING), Length(max=500)],
        description=__("The group shows it once, when you add a robot."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"},
    )
    secret = StringField(
        __("Its secret for signing?"),
        [Optional(), Length(max=200)],
        description=__("Only DingTalk and Feishu, where the group asks for a signature."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )

    # The other services that this installation lets coordinators name, by the word before ://.
    services: Sequence[str] = ()

    def offer(self, services: Sequence[str]) -> "RobotForm":
        """Other services are offered where there are any."""
        self.services = services
        if not services:
            known = {kind: words for kind, words in ROBOT_KINDS.items() if kind is not OTHER}
            self.kind.choices = [SelectChoice(kind.value, words) for kind, words in known.items()]
        return self

    def validate_url(self, field: StringField) -> None:
        if self.kind.data == OTHER.value:
            if (field.data or "").partition("://")[0].lower() not in self.services:
                raise ValidationError(
                    _("The address begins with one of: %(names)s.", names=names_of(self.services))
                )
            return
        if not is_safe(field.data or "", may_be_here=self.may_be_here):
            raise ValidationError(_("Please copy the whole address; it begins with https://."))
        app = APP_AT.get(urlsplit(field.data or "").hostname or "")
        if app is not None and app.value != self.kind.data:
            raise ValidationError(
                _("This address is one of %(app)s. Please choose that app.", app=ROBOT_KINDS[app])
            )

    # Tests have their robots on this machine, without encryption.
    may_be_here = False

    def details(self) -> RobotDetails:
        return RobotDetails(
            kind=RobotKind(self.kind.data),
            name=self.name.data or "",
            url=self.url.data or "",
            secret=self.secret.data or "",
        )
