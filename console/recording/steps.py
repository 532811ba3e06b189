"""The steps of a form: fill it in, check the sentence that will be recorded, record it. Nothing typed is ever lost."""

import asyncio
from collections.abc import Sequence
from secrets import token_urlsafe

import structlog
from starlette.datastructures import FormData
from starlette.responses import Response

from console.forms import text
from console.record import Closed, NotRecorded, Unsure
from domain.base.refusals import Refusal
from domain.commands import Message
from services.errors import Trouble
from services.messages import message_of
from services.names import facts_meant
from services.privacy import findings
from services.remarks import gathered
from services.times import now
from settings import Settings

from .answers import Answers, read, sentence_of
from .desk import Desk
from .kept import is_otherwise, kept
from .possible import Possible, find, possible
from .questions import WHO, Question, questions_of
from .rendered import Faults, check_page, done_page, form_page, gone_page
from .standing import Row, Standing, act_of
from .typed import DO, ID, NAMES_NOBODY, SEEN, Typed, digest, one, typed_in, with_row, without_row

ADD, REMOVE, CHECK, CHANGE, RECORD = "add:", "remove:", "check", "change", "record"
"""What the buttons of a form send."""

log = structlog.get_logger()


class Steps:
    """Answers what somebody does with one form."""

    def __init__(self, settings: Settings, desk: Desk, name: str, which: str) -> None:
        """Take the *name* of what is recorded and *which* of that name it is."""
        self._settings = settings
        self._desk = desk
        self._name = name
        self._which = which

    async def opened(self) -> Response:
        """Show the form. It changes nothing."""
        standing, what = await self._now()
        if what is None:
            return gone_page(self._desk, self._gone(), (), (), 404)
        questions = questions_of(standing, what, self._desk.speaker)
        return form_page(self._desk, standing, what, questions, what.starts, self._carried(None, standing))

    async def sent(self, form: FormData) -> Response:
        """Go on with a form as it was sent."""
        with gathered():  # what was read of a time is said on the page
            return await self._sent(form)

    async def _sent(self, form: FormData) -> Response:
        typed, done = typed_in(form), text(form, DO)
        standing, what = await self._now()
        seen = _number(text(form, SEEN)) or standing.as_of
        if (before := standing.entry_of(text(form, ID))) is not None:  # it was sent before: it counts once
            changed_words = kept(typed, self._name) if is_otherwise(typed, before) else ()
            return done_page(self._desk, standing.words_of(before), _BEFORE, before["number"], kept=changed_words)
        if what is None:
            return self._no_more(standing, typed, seen, self._gone())
        questions = questions_of(standing, what, self._desk.speaker)
        carried = self._carried(form, standing)
        news = self._news(standing, seen)
        changed = _rows_changed(questions, typed, done)
        answers = read(questions, typed, what, self._desk.speaker, standing)
        found = answers.faults if done == RECORD else {**answers.faults, **_moved(questions, typed)}
        if changed or done == CHANGE or found:
            wrong = not changed and done != CHANGE
            faults = Faults("", found if wrong else {}, news=news)
            carried |= {SEEN: str(standing.as_of)} if news else {}  # the page shows it
            status = 422 if wrong else 200
            return form_page(self._desk, standing, what, questions, changed or typed, carried, faults, status=status)
        step = _Checked(standing, what, questions, typed, answers, carried)
        if done != RECORD:
            return self._check(step)
        if not self._desk.is_meant(form, step.said(self._desk)):
            return self._check(step, Faults(_OLD), 403)
        if self._found(answers) and not text(form, NAMES_NOBODY):
            return self._check(step, Faults(_TICK, {NAMES_NOBODY: _TICK}), 422)
        if what.is_optional and any(act_of(entry) == self._name for entry in news):
            step.carried |= {SEEN: str(standing.as_of)}  # the page shows it
            return self._check(step, Faults(_SAID), 409, news)
        return await self._record(step)

    async def _record(self, step: "_Checked") -> Response:
        desk = self._desk
        try:
            message = self._message(step)
            if asked := await desk.first(message):
                return asked
            answer = await desk.send(message)
        except Refusal as refusal:
            return await self._refused(step, refusal.sentence)
        except Trouble as trouble:
            return await self._refused(step, trouble.shown)
        except Closed:
            return await self._refused(step, _LOST)
        except NotRecorded:
            log.warning("form_not_recorded", case=desk.case, kind=step.what.kind)
            return self._check(step, Faults(_AWAY, more=(desk.otherwise(), _KEPT)), 503)
        except Unsure:
            log.warning("form_not_answered", case=desk.case, kind=step.what.kind)
            return self._check(step, Faults(_UNSURE, title="We do not know if this was recorded", more=(_AGAIN,)), 503)
        log.info("form_recorded", case=desk.case, kind=step.what.kind, entry=answer.entry)
        sentence = sentence_of(step.standing, step.what, step.answers)
        return done_page(desk, sentence, answer.sentence, answer.entry, answer.warnings)

    def _message(self, step: "_Checked") -> Message:
        said = {**step.answers.said, "id": step.carried[ID], "seen": int(step.carried[SEEN])}
        if said["evidence"]:
            said["on_behalf_by"] = self._desk.recorded_by[:80]
        if step.what.kind == "fact":
            said["fact"] = facts_meant(self._settings, self._desk.case, said["fact"], step.answers.placed)
        made = message_of(step.what.kind, self._name, said, str, step.answers.placed)
        return self._desk.signed(made)

    async def _refused(self, step: "_Checked", why: str) -> Response:
        """Show why not, what is new since the form was opened, and everything that was typed."""
        log.info("form_refused", case=self._desk.case, kind=step.what.kind)
        standing, what = await self._now()
        seen = int(step.carried[SEEN])
        if what is None:
            return self._no_more(standing, step.typed, seen, why)
        news = self._news(standing, seen)
        carried = {**step.carried, SEEN: str(standing.as_of), ID: self._id()}  # it is another message now
        questions = questions_of(standing, what, self._desk.speaker)
        return form_page(self._desk, standing, what, questions, step.typed, carried, Faults(why, news=news), status=409)

    def _check(
        self, step: "_Checked", faults: Faults | None = None, status: int = 200, news: Sequence[Row] | None = None
    ) -> Response:
        return check_page(
            self._desk,
            step.standing,
            step.what,
            step.answers,
            step.typed,
            {**step.carried, **self._desk.hidden(step.said(self._desk))},
            sentence_of(step.standing, step.what, step.answers),
            self._found(step.answers),
            faults,
            status,
            self._news(step.standing, int(step.carried[SEEN])) if news is None else news,
        )

    def _no_more(self, standing: Standing, typed: Typed, seen: int, why: str) -> Response:
        """Say that it cannot be recorded now, and give back what was typed, so that it can be copied."""
        return gone_page(self._desk, why, kept(typed, self._name), self._news(standing, seen), 409)

    def _news(self, standing: Standing, seen: int) -> Sequence[Row]:
        return standing.said_since(seen)

    def _found(self, answers: Answers) -> list[str]:
        return findings(answers.texts, now().date())

    def _gone(self) -> str:
        return (
            "It cannot be recorded at this moment: it is done already, the case has moved on, or it is for another "
            "seat to say."
        )

    def _carried(self, form: FormData | None, standing: Standing) -> dict[str, str]:
        """Return what travels in a form: the id that makes a second sending harmless, and up to where it was read."""
        sent = text(form, ID) if form is not None else ""
        seen = _number(text(form, SEEN)) if form is not None else 0
        is_ours = sent.startswith(self._desk.begins) and len(sent) <= _LONGEST_ID and sent
        return {ID: sent if is_ours else self._id(), SEEN: str(seen or standing.as_of)}

    def _id(self) -> str:
        return f"{self._desk.begins}{token_urlsafe(12)}"

    async def _now(self) -> tuple[Standing, Possible | None]:
        standing = await asyncio.to_thread(self._desk.standing)
        return standing, find(possible(standing, self._desk.speaker.seat), self._name, self._which)


class _Checked:
    """A form that can be read."""

    def __init__(
        self,
        standing: Standing,
        what: Possible,
        questions: Sequence[Question],
        typed: Typed,
        answers: Answers,
        carried: dict[str, str],
    ) -> None:
        self.standing = standing
        self.what = what
        self.questions = questions
        self.typed = typed
        self.answers = answers
        self.carried = carried

    def said(self, desk: Desk) -> str:
        """Return what identifies everything that would be recorded."""
        return digest(desk.case, self.what.name, self.what.which, *self.carried.values(), typed=self.typed)


def _rows_changed(questions: Sequence[Question], typed: Typed, done: str) -> Typed | None:
    """Return what was typed with a row more or less, where that was asked for."""
    for question in questions:
        if question.ends and done == f"{ADD}{question.name}":
            return with_row(typed, question.name, question.ends)
        if question.ends and done.startswith(f"{REMOVE}{question.name}:"):
            return without_row(typed, question.name, question.ends, _number(done.rpartition(":")[2]))
    return None


def _moved(questions: Sequence[Question], typed: Typed) -> dict[str, str]:
    """Return a sentence for each thing that stood in the form and stands otherwise now, such as a plan's version.

    What somebody has seen and says they mean goes to the rules, which have the last word.
    """
    given = ((ask, one(typed, ask.name)) for ask in questions if ask.widget == "given" and ask.name != WHO)
    return {ask.name: _MOVED.format(was=was, now=ask.value) for ask, was in given if was not in {"", ask.value}}


def _number(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) < 9 else 0


_BEFORE = "This form has been recorded already; it counts once. Open a new one to record something else."
_MOVED = "You had {was} before you, and now it is {now}. Read that first, and go on if you mean it."
_LONGEST_ID = 80
_SAID = (
    "Nothing was recorded: somebody has recorded the same since you opened this page. Press again if yours is another."
)
_OLD = "Nothing was recorded: this page had been open for too long. Look at it once more, and press again."
_TICK = "Say that it names nobody, or change what you wrote."
_AWAY = "This was NOT recorded: the system that takes your answer is away."
_KEPT = "What you wrote still stands below. Press again in a few minutes: it counts once."
_UNSURE = "It did not answer in time."
_AGAIN = "What you wrote still stands below. Press again: it counts once."
_LOST = "The system does not run this case, and its record does not bring it back. Ring your partnership’s office now."
