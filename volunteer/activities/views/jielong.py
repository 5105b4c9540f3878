"""接龙 in and out: pasted, looked through, accepted; and written again for the group."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import eligibility, policy, wording
from volunteer.activities.errors import JielongSavedMeanwhile, NothingDecided
from volunteer.activities.forms import jielong as forms
from volunteer.activities.jielong import acceptance, history, writing
from volunteer.activities.jielong import review as reviewing
from volunteer.activities.jielong.acceptance import Accepted
from volunteer.activities.jielong.entries import DEFAULT_EXAMPLE
from volunteer.activities.jielong.review import Review
from volunteer.activities.models import Occurrence
from volunteer.activities.views.door import blueprint, open_date
from volunteer.core import clock, pressing
from volunteer.core.access import authorize
from volunteer.core.errors import DomainError
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext
from volunteer.people.models import Person


@blueprint.route("/activities/dates/<int:occurrence_id>/jielong", methods=["GET", "POST"])
def paste_jielong(occurrence_id: int) -> ResponseReturnValue:
    """Paste, look at what was understood, then accept: nothing is saved before the look."""
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id, with_people=True)
    authorize(policy.can_run(me, occurrence))
    form = forms.JielongForm()
    form.offer_roles(occurrence.offered_roles)
    page = {"form": form, "occurrence": occurrence}
    if not form.validate_on_submit() or "again" in request.form:
        is_open = occurrence.is_open(clock.now())
        last = history.find_last(occurrence)
        return render_template("activities/paste_jielong.html", **page, is_open=is_open, last=last)
    text = form.text.data or ""
    try:
        eligibility.check_is_open(occurrence, clock.now())
        review = look_through(occurrence, form)
    except DomainError as error:
        form.text.errors = [str(error)]
        return render_template("activities/paste_jielong.html", **page, is_open=True, last=None)
    mended = forms.corrected(review, text, request.form)
    problem = None
    if mended != text:
        form.text.data = mended
        review = look_through(occurrence, form)
    elif "save" in request.form:
        try:
            return save(review, text, me)
        except NothingDecided as error:
            problem = str(error)
        except JielongSavedMeanwhile as error:
            problem = str(error)
            review = look_through(occurrence, form)
    return render_template(
        "activities/preview_jielong.html",
        **page,
        review=review,
        figures=review.figures(),
        problem=problem,
        answers=request.form,
        form_key=request.form.get("form_key") or pressing.new_form_key(),
    )


def save(review: Review, text: str, me: Person) -> ResponseReturnValue:
    """Accept what was decided of each line, and on to the list as it is now."""
    done = acceptance.accept(
        review,
        text,
        forms.decisions(review, request.form),
        form_key=pressing.kept_key(request.form.get("form_key")) or "",
        by=me,
    )
    tell(done)
    return redirect(url_for(".show_jielong", occurrence_id=review.occurrence.id))


def look_through(occurrence: Occurrence, form: forms.JielongForm) -> Review:
    return reviewing.look_through(occurrence, form.text.data or "", role_id=form.role.data or 0)


def tell(done: Accepted) -> None:
    """What came of it, and whom a rule has refused."""
    if done.was_saved_before:
        flash(_("This list was saved already."), "info")
        return
    counted = (
        (done.going, ngettext("%(num)d has a place", "%(num)d have a place", done.going)),
        (done.waiting, ngettext("%(num)d waits", "%(num)d wait", done.waiting)),
        (
            done.withdrawn,
            ngettext(
                "%(num)d place was given back",
                "%(num)d places were given back",
                done.withdrawn,
            ),
        ),
        (
            done.named,
            ngettext(
                "%(num)d name is kept without a place",
                "%(num)d names are kept without a place",
                done.named,
            ),
        ),
    )
    said = [words for count, words in counted if count]
    flash(_("Saved: %(what)s.", what=_("; ").join(said) or _("nothing has changed")), "success")
    for name, why in done.refused:
        flash(_("%(name)s: %(why)s", name=name, why=why), "info")


@blueprint.get("/activities/dates/<int:occurrence_id>/jielong/text")
def show_jielong(occurrence_id: int) -> ResponseReturnValue:
    """The list as it is now, as a 接龙 that continues in the group."""
    me = identity.signed_in_person()
    occurrence = open_date(occurrence_id)
    authorize(policy.can_run(me, occurrence))
    last = history.find_last(occurrence)
    rows = acceptance.rows_of(occurrence, last)
    title = (last.title if last else "") or f"{occurrence.title} {wording.when(occurrence)}"
    example = (last.example if last else "") or DEFAULT_EXAMPLE
    return render_template(
        "activities/show_jielong.html",
        occurrence=occurrence,
        rows=rows,
        text=writing.write(title, rows, example=example),
    )
