"""The form by which a case is opened: its steps, what was typed so far, and what is still missing or wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from starlette.datastructures import FormData

from adapters.directory import Directory
from console.forms import text, texts
from domain.base.refusals import Refusal
from domain.engine.answers import DATE, fact_title, must_fit
from domain.policy import Policy
from domain.policy.language import Fact
from services.errors import Trouble, shown_of
from services.facts import OTHER, answer
from services.openings import deciding
from services.referrals import LARGEST_TEXT, Referral
from services.times import FORMS, read_time

Step = Literal["policy", "agencies", "facts", "words", "check"]
STEPS: tuple[Step, ...] = get_args(Step)
WORDS = {
    "disagreement": "What is the difference, without names?",
    "outcome-sought": "What is wanted instead?",
    "interim-safety": "What keeps the child safe meanwhile?",
}
ASKS = {
    "policy": "Under which policy?",
    "raising": "Which agency raises the difference?",
    "receiving": "With which agency is it raised?",
    "raised_by": "In which role does somebody raise it?",
    "own_record": "The raising agency’s own number for it, if it has one",
    "opened": "When was it raised, if not now?",
}
"""What is asked of every policy, by the name of its field."""
CALLED = {
    "disagreement": "The difference",
    "outcome-sought": "What is wanted instead",
    "interim-safety": "What keeps the child safe",
}
"""The same as a sentence about one of them begins."""
_ANOTHER = "other:"
"""Value of the button beside which another answer than the policy's own is written."""


@dataclass(frozen=True)
class Typed:
    """What somebody has typed into the form so far, as they typed it."""

    request: str
    """Made when the form was first shown: the same form opens one case, however often it is sent."""
    policy: str = ""
    raising: str = ""
    receiving: tuple[str, ...] = ()
    raised_by: str = ""
    own_record: str = ""
    opened: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    """By name: the policy's own answer, or `other:`."""
    free: Mapping[str, str] = field(default_factory=dict)
    """Answers in own words, by name."""
    words: Mapping[str, str] = field(default_factory=dict)
    is_risk: bool = False

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, as `start` takes it."""
        found = {}
        for name in {**self.facts, **self.free}:
            chosen, own = self.facts.get(name, ""), self.free.get(name, "")
            said = f"{OTHER} {own}" if chosen == _ANOTHER and own else own if chosen in {"", _ANOTHER} else chosen
            if said:
                found[name] = said
        return found

    @property
    def referral(self) -> Referral:
        """The same as a referral."""
        return Referral(
            policy=self.policy,
            raising=self.raising,
            receiving=self.receiving,
            raised_by=self.raised_by,
            own_record=self.own_record,
            opened=self.opened,
            facts=self.answers,
            words={name: said for name, said in self.words.items() if said},
            immediate_risk=self.is_risk,
        )

    @property
    def texts(self) -> dict[str, str]:
        """Every text of somebody's own, by what it is called on the form."""
        own = {f"Your answer to {fact_title(name)}": said for name, said in self.free.items()}
        said = {"own_record": self.own_record} | own | {CALLED[name]: one for name, one in self.words.items()}
        return {name: one for name, one in said.items() if one}

    def hidden(self, step: Step) -> list[tuple[str, str]]:
        """Return the fields of every other step, so that a step carries them along."""
        of_step = {
            "policy": [("policy", self.policy)],
            "agencies": [
                ("raising", self.raising),
                *(("receiving", one) for one in self.receiving),
                ("raised_by", self.raised_by),
                ("own_record", self.own_record),
                ("opened", self.opened),
            ],
            "facts": [
                *((f"fact.{name}", said) for name, said in self.facts.items()),
                *((f"free.{name}", said) for name, said in self.free.items()),
            ],
            "words": [(f"words.{name}", said) for name, said in self.words.items()],
        }
        others = [pair for name, pairs in of_step.items() if name != step for pair in pairs if pair[1]]
        return [("request", self.request), *others, *([("still-risk", "yes")] if self.is_risk else [])]


def kept(typed: Typed, policy: Policy | None) -> list[tuple[str, str]]:
    """Return everything that was typed, each with its question; a policy's own as far as it can be read."""
    facts = policy.facts if policy else {}
    said: list[tuple[str, str]] = []
    for name, asks in ASKS.items():
        value = getattr(typed, name)
        said += [(asks, one) for one in ((value,) if isinstance(value, str) else value) if one]
    said += [(_asks(name, facts.get(name)), one) for name, one in typed.answers.items()]
    return [*said, *((WORDS[name], one) for name, one in typed.words.items() if one)]


def _asks(name: str, fact: Fact | None) -> str:
    return (fact.asks if fact else "") or fact_title(name).capitalize()


def typed_of(form: FormData) -> Typed:
    """Read a form as it was sent; nothing in it is refused here."""

    def table(prefix: str) -> dict[str, str]:
        names = [name for name in form if name.startswith(prefix)]
        return {name.removeprefix(prefix): said for name in names if (said := text(form, name))}

    return Typed(
        request=text(form, "request")[:64],
        policy=text(form, "policy"),
        raising=text(form, "raising"),
        receiving=tuple(dict.fromkeys(texts(form, "receiving"))),
        raised_by=text(form, "raised_by"),
        own_record=text(form, "own_record"),
        opened=text(form, "opened"),
        facts=table("fact."),
        free=table("free."),
        words={name: said for name, said in table("words.").items() if name in WORDS},
        is_risk=bool(text(form, "risk") or text(form, "still-risk")),
    )


Errors = dict[str, str]
"""The id of a field, and what is wrong with it."""


def errors_of(typed: Typed, step: Step, policy: Policy | None, directory: Directory | None) -> Errors:
    """Return what is missing or wrong on a step; nothing in immediate risk but what no case opens without."""
    if step == "policy" or policy is None:
        return {} if policy else {"policy": "Choose the policy under which the case is opened."}
    if step == "agencies":
        return _of_agencies(typed, policy, directory)
    if step == "facts":
        return _of_facts(typed, policy)
    if step == "words" and not typed.is_risk:
        long = [name for name, said in typed.words.items() if len(said) > LARGEST_TEXT]
        return {f"words.{name}": f"It may hold {LARGEST_TEXT:,} characters: shorten it." for name in long}
    return {}


def first_wrong(typed: Typed, policy: Policy | None, directory: Directory | None) -> tuple[Step, Errors]:
    """Return the first step on which something is missing or wrong, and what; the last step where nothing is."""
    for step in STEPS:
        if errors := errors_of(typed, step, policy, directory):
            return step, errors
    return STEPS[-1], {}


def _of_agencies(typed: Typed, policy: Policy, directory: Directory | None) -> Errors:
    known = {agency.id for agency in directory.agencies if not agency.abolished} if directory else set()
    errors = {}
    if typed.raising not in known:
        errors["raising"] = "Choose the agency that raises the difference."
    if not typed.receiving or not known.issuperset(typed.receiving):
        errors["receiving"] = "Choose the agency with which it is raised; there may be several."
    if typed.raised_by not in policy.roles:
        errors["raised_by"] = "Choose the role of whoever raises it."
    if typed.opened and not typed.is_risk:
        try:
            read_time(typed.opened, "", policy.zone, ahead=False)
        except Trouble as trouble:
            errors["opened"] = trouble.shown.removeprefix(": ")
    return errors


def _of_facts(typed: Typed, policy: Policy) -> Errors:
    errors, taken = {}, {}
    for name, said in typed.answers.items():
        try:
            taken[name] = answer(policy, name, said, "Your answer")
            must_fit(policy, name, taken[name].removeprefix(OTHER).strip())
        except (Trouble, Refusal) as error:
            if not typed.is_risk:
                errors[f"fact.{name}"] = shown_of(error)
            taken.pop(name, None)
    for name in policy.facts:
        if typed.facts.get(name) == _ANOTHER and not typed.free.get(name) and not typed.is_risk:
            errors[f"fact.{name}"] = "Write the other answer, or choose one of those above."
    plain = {name: said.removeprefix(OTHER).strip() for name, said in taken.items()}
    for name in deciding(policy, plain):
        errors.setdefault(f"fact.{name}", "Answer this: which route the case takes turns on it.")
    return errors


def fields_of(policy: Policy, typed: Typed) -> list[dict[str, Any]]:
    """Return what a policy asks, in its words, each as its template shows it."""
    needed = set(deciding(policy, {}))
    return [
        {
            "name": name,
            "asks": _asks(name, fact),
            "hint": f"Write {FORMS[None].replace('`', '')}." if fact.type == DATE else "",
            "values": list(fact.values),
            "other": bool(fact.values) and fact.other,
            "is_needed": name in needed,
            "chosen": typed.facts.get(name, ""),
            "free": typed.free.get(name, ""),
        }
        for name, fact in policy.facts.items()
    ]
