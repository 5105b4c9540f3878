"""By password, and opening an account; and out again."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity, second_step, signing_in
from volunteer.accounts.errors import (
    LoginTaken,
    SignInAgain,
    TooManyTries,
    WrongLoginOrPassword,
    WrongSecondCode,
)
from volunteer.accounts.forms import RegisterForm, SecondStepForm, SignInForm
from volunteer.accounts.views.door import WAITING, blueprint, let_in, wanted
from volunteer.core.access import public
from volunteer.core.addresses import caller, safe_next
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def show_sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if form.validate_on_submit():
        try:
            opened = signing_in.sign_in(
                form.login.data or "", form.password.data or "", caller=caller()
            )
        except (WrongLoginOrPassword, TooManyTries) as error:
            form.password.errors = [str(error)]
        else:
            return let_in(opened, wanted())
    return render_template("accounts/show_sign_in.html", form=form, wanted=wanted())


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    identity.forget()
    flash(_("You are signed out."), "success")
    return redirect(safe_next(request.form.get("next")) or url_for("home.show_home"))


@blueprint.route("/sign-in/second-step", methods=["GET", "POST"])
@public
def take_second_step() -> ResponseReturnValue:
    """The digits of the app, or a spare code; whatever the first step was."""
    token = session.get(WAITING)
    if token is None and identity.find_signed_in_person() is not None:
        raise NotFound
    if token is None:
        return redirect(url_for(".show_sign_in", next=wanted() or "/"))
    form = SecondStepForm()
    if form.validate_on_submit():
        try:
            opened = second_step.confirm(token, form.code.data or "", caller=caller())
        except (WrongSecondCode, TooManyTries) as error:
            form.code.errors = [str(error)]
        except SignInAgain as error:
            session.pop(WAITING, None)
            flash(str(error), "error")
            return redirect(url_for(".show_sign_in", next=wanted()))
        else:
            return let_in(opened, wanted())
    return render_template("accounts/take_second_step.html", form=form, wanted=wanted())


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
                caller=caller(),
            )
        except (LoginTaken, TooManyTries) as error:
            form.login.errors = [str(error)]
        else:
            return let_in(opened, wanted())
    return render_template("accounts/register.html", form=form)
