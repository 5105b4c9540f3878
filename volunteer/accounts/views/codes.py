"""By a one-time code to a phone or a mailbox."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import code_wishes, contacts, one_time_codes
from volunteer.accounts.errors import TooManyTries, WrongCode
from volunteer.accounts.forms import CodeForm, CodeWishForm
from volunteer.accounts.views.door import blueprint, let_in, wanted
from volunteer.core import encryption
from volunteer.core.access import public
from volunteer.core.addresses import caller

# Kept in the signed cookie between the steps: where the code went (sealed), and that it was right.
CONTACT, PROOF = "code_contact", "code_proof"


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
