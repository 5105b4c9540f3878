"""Signing in by password, link, code or card; opening an account, my settings."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import (
    code_cards,
    code_wishes,
    contacts,
    identity,
    links_by_mail,
    one_time_codes,
    personal_links,
    queries,
    signing_in,
)
from volunteer.accounts.errors import (
    LoginTaken,
    TooManyTries,
    WrongCard,
    WrongCode,
    WrongLoginOrPassword,
    WrongPassword,
)
from volunteer.accounts.forms import (
    CardForm,
    CodeForm,
    CodeWishForm,
    FirstPasswordForm,
    PasswordForm,
    RegisterForm,
    SettingsForm,
    SignInForm,
)
from volunteer.accounts.signing_in import Opened
from volunteer.core import clock, encryption
from volunteer.core.access import authorize, public
from volunteer.core.addresses import caller, safe_next
from volunteer.core.language import gettext as _
from volunteer.people import companions, policy, profile
from volunteer.people import queries as people_queries

blueprint = Blueprint("accounts", __name__)


# Kept in the signed cookie between the steps: where the code went (sealed), and that it was right.
CONTACT, PROOF = "code_contact", "code_proof"


def let_in(opened: Opened, target: str | None) -> ResponseReturnValue:
    """This browser is theirs now; on to where they wanted to go."""
    identity.remember(opened)
    flash(_("Welcome, %(name)s.", name=opened.person.name), "success")
    return redirect(safe_next(target) or url_for("home.show_home"))


def wanted() -> str | None:
    """The page of ours that the person wanted before they were asked who they are."""
    return safe_next(request.args.get("next"))


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
    return redirect(url_for("home.show_home"))


# --- by a one-time code ------------------------------------------------------------------------


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
def ask_for_code() -> ResponseReturnValue:
    """One field; the answer is the same for everybody, known or not."""
    form = CodeWishForm()
    if form.validate_on_submit():
        contact = contacts.read(form.contact.data or "")
        try:
            code_wishes.ask(contact, caller=caller())
        except TooManyTries as error:
            form.contact.errors = [str(error)]
        else:
            session[CONTACT] = encryption.seal(contact)
            session.pop(PROOF, None)
            return redirect(url_for(".enter_code", next=wanted()))
    return render_template("accounts/ask_for_code.html", form=form)


@blueprint.route("/sign-in/code/entry", methods=["GET", "POST"])
@public
def enter_code() -> ResponseReturnValue:
    contact = asked_for()
    if not contact:
        return redirect(url_for(".ask_for_code", next=wanted()))
    form = CodeForm()
    if form.validate_on_submit():
        try:
            proof = one_time_codes.prove(contact, form.code.data or "", caller=caller())
        except (WrongCode, TooManyTries) as error:
            form.code.errors = [str(error)]
        else:
            people = one_time_codes.list_proven(proof)
            if len(people) == 1:
                return let_in(one_time_codes.enter(proof, people[0].id), wanted())
            session[PROOF] = proof
            return redirect(url_for(".choose_person", next=wanted()))
    return render_template("accounts/enter_code.html", form=form, contact=contact, wanted=wanted())


def asked_for() -> str:
    """The phone or mailbox for which this browser asked for a code; empty when for none."""
    try:
        return encryption.unseal(session.get(CONTACT, ""))
    except encryption.Unreadable:
        return ""


@blueprint.route("/sign-in/code/person", methods=["GET", "POST"])
@public
def choose_person() -> ResponseReturnValue:
    """Who shares a phone or a mailbox says who they are: names only after the right code."""
    proof = session.get(PROOF, "")
    people = one_time_codes.list_proven(proof)
    if not people:
        return redirect(url_for(".ask_for_code", next=wanted()))
    if request.method == "POST":
        number = request.form.get("person", 0, type=int)
        return let_in(one_time_codes.enter(proof, number), wanted())
    return render_template("accounts/choose_person.html", people=people, wanted=wanted())


# --- by a code card ----------------------------------------------------------------------------


@blueprint.route("/sign-in/card", methods=["GET", "POST"])
@public
def enter_card() -> ResponseReturnValue:
    form = CardForm()
    if form.validate_on_submit():
        try:
            opened = code_cards.enter(form.number.data or "", form.code.data or "", caller=caller())
        except (WrongCard, TooManyTries) as error:
            form.code.errors = [str(error)]
        else:
            return let_in(opened, wanted())
    return render_template("accounts/enter_card.html", form=form)


@blueprint.post("/settings/code-card/end")
def end_card() -> ResponseReturnValue:
    """Who has lost their card ends it themselves."""
    me = identity.signed_in_person()
    code_cards.end(me, by=me)
    flash(_("The card opens nothing any more."), "success")
    return redirect(url_for(".show_settings"))


# --- by a personal link ------------------------------------------------------------------------


@blueprint.get("/links/<token>")
@public
def show_link(token: str) -> ResponseReturnValue:
    """A page with one button. Opening it changes nothing: mail scanners open every link."""
    link = personal_links.find(token)
    me = identity.find_signed_in_person()
    if link is not None and me is not None and link.person_id == me.id:
        return redirect(link.leads_to)
    is_usable = link is not None and link.is_usable(clock.now())
    page = "accounts/show_link.html" if is_usable else "accounts/show_used_link.html"
    return render_template(page, link=link, token=token), 200 if link else 404


@blueprint.post("/links/<token>")
@public
def use_link(token: str) -> ResponseReturnValue:
    return let_in(*personal_links.use(token))


@blueprint.post("/links/<token>/renewal")
@public
def renew_link(token: str) -> ResponseReturnValue:
    if links_by_mail.ask(token):
        flash(_("A new link is on its way to your email address."), "success")
    else:
        flash(
            _("We have no email address of yours. Please ask your coordinator for a new link."),
            "error",
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
                caller=caller(),
            )
        except (LoginTaken, TooManyTries) as error:
            form.login.errors = [str(error)]
        else:
            return let_in(opened, wanted())
    return render_template("accounts/register.html", form=form)


# --- my settings -------------------------------------------------------------------------------


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


@blueprint.post("/settings/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    me = identity.signed_in_person()
    signing_in.end_all(signing_in.user_of(me))
    identity.forget()
    flash(_("You are signed out everywhere."), "success")
    return redirect(url_for("home.show_home"))
