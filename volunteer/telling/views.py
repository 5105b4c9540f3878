"""My choices and messages, stopping by a link, the forms of each kind, and the team's groups."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import encryption, language
from volunteer.core.access import authorize, public
from volunteer.core.errors import NotFound
from volunteer.core.extensions import csrf
from volunteer.core.language import gettext as _
from volunteer.core.pages import page_of
from volunteer.notifications import devices, groups, letters, stopping
from volunteer.notifications.topics import Topic
from volunteer.people.models import Person, ToldBy
from volunteer.teams import founding
from volunteer.teams.views.door import coordinated_team, member_spoken_for
from volunteer.telling import choices, queries, samples
from volunteer.telling import policy as own
from volunteer.telling.forms import ChoicesForm, DeviceForm, OwnLineForm, RobotForm
from volunteer.telling.subjects import by_subject

blueprint = Blueprint("telling", __name__)

# Mails carry their style within; ours have no script and no picture.
AS_A_MAIL = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


# --- one's own ---------------------------------------------------------------------------------


@blueprint.get("/my-messages")
def show_my_messages() -> ResponseReturnValue:
    """What I was told, or whom I act for, and how."""
    identity.signed_in_person()
    page = page_of(queries.told(identity.acted_for()), request.args.get("page", 1, type=int))
    return render_template("telling/show_my_messages.html", page=page)


@blueprint.route("/settings/messages", methods=["GET", "POST"])
def change_choices() -> ResponseReturnValue:
    me = identity.signed_in_person()
    whom = identity.acted_for(meant=request.form.get("person", type=int))
    acting = identity.find_acting()
    g.back_url = url_for("accounts.show_settings")
    form = choices_form(whom)
    if form.validate_on_submit():
        team = acting.team if acting else None
        choices.change(whom, form.chosen(), by=me, team=team, seen=form.seen.data)
        flash(_("Saved."), "success")
        return redirect(url_for(".change_choices"))
    return render_template(
        "telling/change_choices.html",
        form=form,
        person=whom,
        devices=devices.list_of(whom.id),
        device_form=DeviceForm(formdata=None),
        push_key=encryption.public_half(key) if (key := current_app.config["PUSH_KEY"]) else None,
    )


@blueprint.post("/settings/devices")
def add_device() -> ResponseReturnValue:
    """The browser that this comes from shows notices from now on."""
    me = identity.signed_in_person()
    whom = identity.acted_for(meant=request.form.get("person", type=int))
    acting = identity.find_acting()
    form = DeviceForm()
    form.may_be_here = current_app.config["ROBOTS_MAY_BE_HERE"]
    if not current_app.config["PUSH_KEY"] or not form.validate_on_submit():
        flash(_("This browser could not say where to send notices. Nothing was changed."), "error")
        return redirect(url_for(".change_choices"))
    details = form.details(devices.name_of(request.user_agent.string))
    choices.tell_on(whom, details, by=me, team=acting.team if acting else None)
    flash(_("From now on messages come as a notice on this device."), "success")
    return redirect(url_for(".change_choices"))


@blueprint.post("/settings/devices/<int:device_id>/end")
def take_off_device(device_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    whom = identity.acted_for(meant=request.form.get("person", type=int))
    acting = identity.find_acting()
    device = devices.get_device(device_id)
    authorize(own.can_take_off(whom, device))
    devices.take_off(device, whom, by=me, team=acting.team if acting else None)
    flash(_("No notices come on “%(name)s” any more.", name=device.name), "success")
    return redirect(url_for(".change_choices"))


@blueprint.route(
    "/teams/<int:team_id>/members/<int:membership_id>/messages", methods=["GET", "POST"]
)
def change_choices_of(team_id: int, membership_id: int) -> ResponseReturnValue:
    """A coordinator chooses for who keeps no account of their own, as they have said."""
    me, member, back = member_spoken_for(team_id, membership_id)
    form = choices_form(member.person)
    if form.validate_on_submit():
        choices.change(member.person, form.chosen(), by=me, team=member.team, seen=form.seen.data)
        flash(_("Saved."), "success")
        return redirect(back)
    return render_template(
        "telling/change_choices.html",
        form=form,
        person=member.person,
        devices=[],
        device_form=None,
        push_key=None,
    )


def choices_form(person: Person) -> ChoicesForm:
    form = ChoicesForm().about(person)
    cannot_be = []
    if not (current_app.config["SMS_URL"] or current_app.config["DEMO"]):
        cannot_be.append(ToldBy.SMS)
    if not devices.list_showing(person.id):
        cannot_be.append(ToldBy.PUSH)
    form.leave_out(*cannot_be)
    if request.method == "GET":
        form.show(person)
    form.remember(choices.choices_of(person), lambda: form.show(person))
    return form


# --- no more of these --------------------------------------------------------------------------


@blueprint.get("/stops/<mark>")
@public
def show_stop(mark: str) -> ResponseReturnValue:
    """A page with one button. Opening it changes nothing: mail scanners open every link."""
    person, topic = stopping.read(mark)
    is_over = not (person.wants_week if topic is Topic.WEEK else person.wants_asks)
    return render_template("telling/show_stop.html", mark=mark, topic=topic, is_over=is_over)


@blueprint.post("/stops/<mark>")
@public
def stop(mark: str) -> ResponseReturnValue:
    """By the button, or by a mail program itself, which follows no redirection (RFC 8058)."""
    person, topic = stopping.read(mark)
    stopping.stop(person, topic)
    return render_template("telling/show_stop.html", mark=mark, topic=topic, is_over=True)


# A mail program brings no cookie and no token of a form; the address is the secret.
csrf.exempt(stop)


# --- what each kind says -----------------------------------------------------------------------


@blueprint.get("/teams/<int:team_id>/message-kinds")
def show_kinds(team_id: int) -> ResponseReturnValue:
    """Every kind of message, and what it costs as a text message."""
    me, team = coordinated_team(team_id, back_to="reminders.show_messages")
    found = samples.of_team(team, me, signature=signature(), spoken=language.current())
    return render_template(
        "telling/show_kinds.html", team=team, subjects=by_subject(letters.kinds()), samples=found
    )


@blueprint.get("/teams/<int:team_id>/message-forms")
def show_kind(team_id: int) -> ResponseReturnValue:
    """One kind in all its forms, in either language."""
    me, team = coordinated_team(team_id, back_to=".show_kinds")
    kind, spoken = asked_for()
    sample = samples.of_kind(kind, team, me, signature=signature(), spoken=spoken)
    return render_template(
        "telling/show_kind.html", team=team, kind=kind, sample=sample, spoken=spoken
    )


@blueprint.get("/teams/<int:team_id>/message-forms/mail")
def show_mail(team_id: int) -> ResponseReturnValue:
    """The mail as a page of its own, which may do nothing but be looked at."""
    me, team = coordinated_team(team_id)
    kind, spoken = asked_for()
    sample = samples.of_kind(kind, team, me, signature=signature(), spoken=spoken)
    if sample is None:
        raise NotFound
    return sample.letter.html, {"Content-Security-Policy": AS_A_MAIL}


def asked_for() -> tuple[str, str]:
    """Which kind, and in which language; without a word of it the first one, as the page is read.
    Raises NotFound."""
    kind = request.args.get("kind", letters.kinds()[0])
    spoken = request.args.get("in", language.current())
    if kind not in letters.kinds() or spoken not in language.LANGUAGES:
        raise NotFound
    return kind, spoken


def signature() -> str:
    name: str = current_app.config["SMS_SIGNATURE"]
    return name


# --- the team's groups -------------------------------------------------------------------------


@blueprint.route("/teams/<int:team_id>/groups", methods=["GET", "POST"])
def show_groups(team_id: int) -> ResponseReturnValue:
    """Where robots speak for the team, and connecting one more; its address is shown to nobody."""
    me, team = coordinated_team(team_id, back_to="reminders.show_messages")
    form = RobotForm().offer(current_app.config["APPRISE_SERVICES"])
    form.may_be_here = current_app.config["ROBOTS_MAY_BE_HERE"]
    if form.validate_on_submit():
        robot = groups.connect(form.details(), team=team, by=me)
        flash(_("From now on “%(name)s” is told as well.", name=robot.name), "success")
        return redirect(url_for(".show_groups", team_id=team.id))
    return render_template(
        "telling/show_groups.html",
        team=team,
        form=form,
        robots=groups.list_robots([team.id]),
        mute=groups.find_mute(team.id),
    )


@blueprint.route("/teams/<int:team_id>/groups/<int:robot_id>/end", methods=["GET", "POST"])
def disconnect_group(team_id: int, robot_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    robot = groups.get_robot(team.id, robot_id)
    if request.method == "POST":
        groups.disconnect(robot, team=team, by=me)
        flash(_("“%(name)s” is told nothing any more.", name=robot.name), "success")
        return redirect(url_for(".show_groups", team_id=team.id))
    return render_template("telling/disconnect_group.html", team=team, robot=robot)


@blueprint.route("/teams/<int:team_id>/own-line", methods=["GET", "POST"])
def change_own_line(team_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id, back_to="reminders.show_messages")
    form = OwnLineForm(obj=team)
    if form.validate_on_submit():
        founding.set_own_line(team, form.own_line.data or "", by=me, seen=form.seen.data)
        flash(_("Saved."), "success")
        return redirect(url_for(".show_kinds", team_id=team.id))
    form.remember(team.own_line, lambda: form.process(obj=team))
    return render_template("telling/change_own_line.html", team=team, form=form)
