"""Signing in and out, personal links, opening an account, my settings."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity, links_by_mail, signing_in
from volunteer.accounts.errors import LoginTaken, TooManyTries, WrongLoginOrPassword, WrongPassword
from volunteer.accounts.forms import (
    FirstPasswordForm,
    PasswordForm,
    RegisterForm,
    SettingsForm,
    SignInForm,
)
from volunteer.core import clock
from volunteer.core.access import public
from volunteer.core.addresses import safe_next
from volunteer.core.language import gettext as _
from volunteer.people import profile

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def show_sign_in() -> ResponseReturnValue:
    form = SignInForm()
    target = safe_next(request.args.get("next")) or url_for("home.show_home")
    if form.validate_on_submit():
        try:
            opened = signing_in.sign_in(
                form.login.data or "", form.password.data or "", caller=request.remote_addr or ""
            )
        except (WrongLoginOrPassword, TooManyTries) as error:
            form.password.errors = [str(error)]
        else:
            identity.remember(opened)
            flash(_("Welcome, %(name)s.", name=opened.person.name), "success")
            return redirect(target)
    return render_template("accounts/show_sign_in.html", form=form)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    identity.forget()
    flash(_("You are signed out."), "success")
    return redirect(url_for("home.show_home"))


@blueprint.get("/links/<token>")
@public
def show_link(token: str) -> ResponseReturnValue:
    """A page with one button. Opening it changes nothing: mail scanners open every link."""
    link = signing_in.find_link(token)
    me = identity.find_signed_in_person()
    if link is not None and me is not None and link.person_id == me.id:
        return redirect(link.leads_to)
    is_usable = link is not None and link.is_usable(clock.now())
    page = "accounts/show_link.html" if is_usable else "accounts/show_used_link.html"
    return render_template(page, link=link, token=token), 200 if link else 404


@blueprint.post("/links/<token>")
@public
def use_link(token: str) -> ResponseReturnValue:
    opened, leads_to = signing_in.use_link(token)
    identity.remember(opened)
    flash(_("Welcome, %(name)s.", name=opened.person.name), "success")
    return redirect(safe_next(leads_to) or url_for("home.show_home"))


@blueprint.post("/links/<token>/renewal")
@public
def renew_link(token: str) -> ResponseReturnValue:
    if links_by_mail.ask(token):
        flash(_("A new link is on its way to your mailbox."), "success")
    else:
        flash(
            _("We have no mailbox of yours. Please ask your coordinator for a new link."), "error"
        )
    return redirect(url_for(".show_link", token=token))


@blueprint.route("/register", methods=["GET", "POST"])
@public
def register() -> ResponseReturnValue:
    """An account for somebody new, who then may start a team."""
    if identity.find_signed_in_person() is not None:
        return redirect(url_for("home.show_home"))
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            opened = signing_in.register(
                form.details(),
                login=form.login.data or "",
                password=form.password.data or "",
            )
        except LoginTaken as error:
            form.login.errors = [str(error)]
        else:
            identity.remember(opened)
            flash(_("Welcome, %(name)s.", name=opened.person.name), "success")
            return redirect(safe_next(request.args.get("next")) or url_for("home.show_home"))
    return render_template("accounts/register.html", form=form)


@blueprint.route("/settings", methods=["GET", "POST"])
def show_settings() -> ResponseReturnValue:
    me = identity.signed_in_person()
    form = SettingsForm()
    if form.validate_on_submit():
        profile.change(me, form.details(), by=me)
        flash(_("Saved."), "success")
        return redirect(url_for(".show_settings"))
    if request.method == "GET":
        form.show(me)
    return render_template("accounts/show_settings.html", form=form, user=signing_in.find_user(me))


@blueprint.route("/settings/password", methods=["GET", "POST"])
def change_password() -> ResponseReturnValue:
    me = identity.signed_in_person()
    user = signing_in.find_user(me)
    if user is None or user.password_hash is None:
        return redirect(url_for(".choose_password"))
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            signing_in.change_password(user, old=form.old.data or "", new=form.new.data or "")
        except (WrongPassword, TooManyTries) as error:
            form.old.errors = [str(error)]
        else:
            identity.remember(signing_in.begin(user, "password"))
            flash(_("Your password is changed. Other devices are signed out."), "success")
            return redirect(url_for(".show_settings"))
    return render_template("accounts/change_password.html", form=form)


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
            signing_in.open_account(
                me, login=form.login.data or "", password=form.password.data or ""
            )
        except LoginTaken as error:
            form.login.errors = [str(error)]
        else:
            flash(_("From now on you can sign in with your own password."), "success")
            return redirect(safe_next(request.args.get("next")) or url_for(".show_settings"))
    return render_template("accounts/choose_password.html", form=form)


@blueprint.post("/settings/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    me = identity.signed_in_person()
    signing_in.end_all(signing_in.user_of(me))
    identity.forget()
    flash(_("You are signed out everywhere."), "success")
    return redirect(url_for("home.show_home"))
