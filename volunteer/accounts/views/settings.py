"""My settings, whom I act for, my password, and the second step of signing in."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import code_cards, identity, queries, second_step, signing_in
from volunteer.accounts.errors import LoginTaken, TooManyTries, WrongPassword, WrongSecondCode
from volunteer.accounts.forms import (
    FirstPasswordForm,
    OneStepForm,
    PasswordForm,
    SettingsForm,
    TwoStepsForm,
)
from volunteer.accounts.models import User
from volunteer.accounts.views.door import blueprint
from volunteer.core import clock, encryption, qr
from volunteer.core.access import authorize, public
from volunteer.core.addresses import caller, safe_next
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.people import companions, policy, profile
from volunteer.people import queries as people_queries
from volunteer.people.models import Person

# Kept in the signed cookie, sealed, until the app has shown that it holds it.
NEW_SECRET = "new_step_secret"  # noqa: S105 - the name of a place


@blueprint.route("/settings", methods=["GET", "POST"])
def show_settings() -> ResponseReturnValue:
    me = identity.signed_in_person()
    whom = identity.acted_for(meant=request.form.get("person", type=int))
    acting = identity.find_acting()
    form = SettingsForm()
    if acting:
        form.leave_contacts_out()
    if form.validate_on_submit():
        # The coordinators see in their team's history what a companion has changed.
        profile.change(
            whom,
            form.details(),
            by=me,
            team=acting.team if acting else None,
            seen=form.seen.data,
            fields=form.asked,
        )
        flash(_("Saved."), "success")
        return redirect(url_for(".show_settings"))
    if request.method == "GET":
        form.show(whom)
    form.remember(profile.shown_of(whom, form.asked), lambda: form.show(whom))
    return render_template(
        "accounts/show_settings.html",
        form=form,
        user=None if acting else signing_in.find_user(me),
        card=None if acting else code_cards.find_open(me),
        companions=[] if acting else companions.going(me),
        acts_by=[] if acting else queries.list_companionships_of(me),
    )


@blueprint.post("/companions/<int:companion_id>/acting")
def act_for(companion_id: int) -> ResponseReturnValue:
    """From now on this browser acts for somebody else, until the button of the band is pressed."""
    me = identity.signed_in_person()
    companionship = people_queries.get_companionship(companion_id)
    authorize(policy.can_act_by(me, companionship))
    identity.start_acting(companionship)
    return redirect(url_for("home.show_home"))


@blueprint.post("/acting/end")
@public
def act_for_oneself() -> ResponseReturnValue:
    """Back to one's own pages; nothing to do when one is there already."""
    identity.stop_acting()
    return redirect(url_for("home.show_home"))


@blueprint.route("/settings/password", methods=["GET", "POST"])
def change_password() -> ResponseReturnValue:
    """Who has just come in by a code may have forgotten the old one, and is not asked for it."""
    me = identity.signed_in_person()
    user = signing_in.find_user(me)
    if user is None or user.password_hash is None:
        return redirect(url_for(".choose_password"))
    sign_in = identity.open_sign_in()
    is_proven = sign_in is not None and sign_in.may_replace_password(clock.now())
    form = PasswordForm()
    if is_proven:
        del form.old
    if form.validate_on_submit():
        try:
            if sign_in is not None and is_proven:
                signing_in.replace_password(sign_in, form.new.data or "")
            else:
                signing_in.change_password(user, old=form.old.data or "", new=form.new.data or "")
        except (WrongPassword, TooManyTries) as error:
            form.old.errors = [str(error)]
        else:
            identity.remember(signing_in.begin(user, "password"))
            flash(_("Your password is changed. Other devices are signed out."), "success")
            return redirect(url_for(".show_settings"))
    page = "accounts/replace_password.html" if is_proven else "accounts/change_password.html"
    return render_template(page, form=form, user=user)


@blueprint.route("/settings/password/first", methods=["GET", "POST"])
def choose_password() -> ResponseReturnValue:
    """Who came by personal link may choose a name and password of their own."""
    me = identity.signed_in_person()
    user = signing_in.find_user(me)
    if user is not None and user.password_hash is not None:
        return redirect(url_for(".change_password"))
    form = FirstPasswordForm()
    if form.validate_on_submit():
        try:
            opened = signing_in.choose_password(
                me,
                login=form.login.data or "",
                password=form.password.data or "",
                caller=caller(),
            )
        except (LoginTaken, TooManyTries) as error:
            form.login.errors = [str(error)]
        else:
            identity.remember(opened)
            flash(_("From now on you can sign in with your own password."), "success")
            return redirect(safe_next(request.args.get("next")) or url_for(".show_settings"))
    return render_template("accounts/choose_password.html", form=form)


# --- the second step -----------------------------------------------------------------------------


@blueprint.route("/settings/two-steps", methods=["GET", "POST"])
def change_second_step() -> ResponseReturnValue:
    """Signing in in two steps: setting it up, or, where it is on, how to end it."""
    user = with_password(identity.signed_in_person())
    if user.has_second_step:
        return render_template("accounts/end_second_step.html", form=OneStepForm(), user=user)
    secret = offered_secret()
    form = TwoStepsForm()
    if form.validate_on_submit():
        try:
            spare = second_step.turn_on(
                user, secret, form.code.data or "", password=form.password.data or ""
            )
        except WrongSecondCode as error:
            form.code.errors = [str(error)]
        except (WrongPassword, TooManyTries) as error:
            form.password.errors = [str(error)]
        else:
            identity.remember(signing_in.begin(user, "password"))
            return render_template("accounts/show_spare_codes.html", spare=spare)
    address = second_step.address_for_app(secret, user)
    return render_template(
        "accounts/change_second_step.html",
        form=form,
        secret=secret,
        address=address,
        picture=qr.draw(address),
    )


@blueprint.post("/settings/two-steps/end")
def end_second_step() -> ResponseReturnValue:
    user = with_password(identity.signed_in_person())
    form = OneStepForm()
    if form.validate_on_submit():
        try:
            second_step.turn_off(user, password=form.password.data or "")
        except (WrongPassword, TooManyTries) as error:
            form.password.errors = [str(error)]
        else:
            identity.remember(signing_in.begin(user, "password"))
            flash(
                _("From now on your password is enough. Other devices are signed out."), "success"
            )
            return redirect(url_for(".show_settings"))
    return render_template("accounts/end_second_step.html", form=form, user=user)


def with_password(me: Person) -> User:
    """Their account, when they sign in by a password: else there is no first step."""
    user = signing_in.find_user(me)
    if user is None or user.password_hash is None:
        raise NotFound
    return user


def offered_secret() -> str:
    """The same until it is taken, so that a page that says what is wrong shows the same picture."""
    try:
        return encryption.unseal(session.get(NEW_SECRET, ""))
    except encryption.Unreadable:
        secret = second_step.new_secret()
        session[NEW_SECRET] = encryption.seal(secret)
        return secret


@blueprint.post("/settings/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    me = identity.signed_in_person()
    signing_in.end_all(signing_in.user_of(me))
    identity.forget()
    flash(_("You are signed out everywhere."), "success")
    return redirect(url_for("home.show_home"))
