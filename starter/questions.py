"""Asking a person at a terminal for what a referral does not say yet."""

from collections.abc import Callable
from dataclasses import replace

from adapters.directory import Directory
from domain.base.refusals import Refusal
from domain.engine.answers import DATE, fact_title, must_fit
from domain.policy import Policy
from services import case_inputs, facts
from services.agencies import agency_id
from services.errors import Trouble
from services.openings import deciding, role_id
from services.privacy import findings
from services.referrals import Referral, check_lengths
from services.remarks import note
from services.times import now
from settings import Settings

from .terminal import ask, choose, choose_some, confirm, numbered

LEFT_OUT = "Enter to leave it out"
WORDS = {
    "disagreement": f"What is the difference, without names ({LEFT_OUT})",
    "interim-safety": f"What keeps the child safe meanwhile ({LEFT_OUT})",
}


class Asking:
    """One person being asked. What they have answered so far is in `referral`, also when they stop halfway."""

    def __init__(self, referral: Referral) -> None:
        """Begin with what is known already."""
        self.referral = referral
        self.has_asked = False
        self._plain: set[str] = set()
        """Facts whose answer is one of the policy's own, or a day."""
        self.settled: set[str] = set()
        """Places of texts that whoever wrote them has looked at again and kept."""

    @property
    def written(self) -> dict[str, str]:
        """What somebody wrote in words of their own, by its name."""
        said = self.referral
        own = {name: text for name, text in said.facts.items() if name not in self._plain}
        return {name: text for name, text in (("own record", said.own_record), *said.words.items()) if text} | own

    def policy(self, settings: Settings) -> Policy:
        """Return the policy of the referral, asked for where it names none and there are several. Raises Trouble."""
        if self.referral.policy:
            return case_inputs.policy(settings, self.referral.policy)
        names = sorted(file.stem for file in settings.policies.glob("*.toml"))
        if len(names) != 1:
            titles = [(name, _title_of(settings, name)) for name in names]
            name = choose("Which policy?", titles, lambda said: _usable(settings, said))
        else:
            name = names[0]
        self._take(policy=name)
        return case_inputs.policy(settings, name)

    def rest(self, policy: Policy, directory: Directory, *, from_file: bool) -> None:
        """Ask for the agencies, the raiser's role and the facts that are missing; for words only without a file.

        Raises:
            Trouble: something that was typed or stands in the file cannot be used; nothing is asked then.
        """
        self._check(policy, directory)
        living = [(agency.id, agency.title) for agency in directory.agencies if not agency.abolished]
        if not self.referral.raising:
            self._take(raising=choose("Which agency raises it?", living, _of(directory)))
        if not self.referral.receiving:
            question = "Which agency receives it? (several with commas)"
            self._take(receiving=tuple(choose_some(question, living, _of(directory))))
        if not self.referral.raised_by:
            roles = [(name, role.title) for name, role in policy.roles.items() if not role.of]
            raiser = choose("In which role does somebody raise it?", roles, lambda said: role_id(policy, said, ""))
            self._take(raised_by=raiser)
        for name in policy.facts:
            if name not in self.referral.facts:
                self._fact(policy, name, needed=False)
        while missing := deciding(policy, self.referral.facts):
            note("Which route the case takes turns on this:")
            self._fact(policy, next(name for name in policy.facts if name in missing), needed=True)
        if not self.referral.words and not from_file:
            for name, question in WORDS.items():
                self._words(name, question)

    # --- one question

    def _check(self, policy: Policy, directory: Directory) -> None:
        """Look at what is known already before anything is asked."""
        said = self.referral
        for place, agencies in (("--raising", [said.raising] if said.raising else []), ("--receiving", said.receiving)):
            for one in agencies:
                agency_id(directory, one, place)
        if said.raised_by:
            role_id(policy, said.raised_by, "--raised-by")
        for name, value in facts.answers(policy, said.facts).items():
            must_fit(policy, name, value)
            self._note_plain(policy, name, value)

    def _fact(self, policy: Policy, name: str, *, needed: bool) -> None:
        """Ask what the policy asks; an empty answer leaves it out, where the route does not turn on it."""
        fact = policy.facts[name]
        note(fact.asks or fact_title(name))
        for number, value in enumerate(fact.values, 1):
            note(f"  {number:>2}  {value}")
        way = "a day" if fact.type == DATE else "number or words" if fact.values else "words"
        own = ", or your own" if fact.other and fact.values else ""
        while True:
            said = ask(f"  {way}{own}" + ("" if needed else f" ({LEFT_OUT})"), optional=not needed)
            if not said:
                return
            try:
                value = numbered(said, [(one, one) for one in fact.values]) or facts.answer(policy, name, said, name)
                if fact.values and not fact.other and value not in fact.values:
                    raise Trouble(f"{said[:40]!r} is not one of them.")
                must_fit(policy, name, value)
                check_lengths({name: value})
            except (Trouble, Refusal) as error:
                note(f"  {error.sentence}")
                continue
            if value in fact.values or self._names_nobody(f"facts.{name}", value):
                if value != said:
                    note(f"  → {value}")
                self._note_plain(policy, name, value)
                self._take(facts={**self.referral.facts, name: value})
                return

    def _note_plain(self, policy: Policy, name: str, value: str) -> None:
        if value in policy.facts[name].values or policy.facts[name].type == DATE:
            self._plain.add(name)

    def _words(self, name: str, question: str) -> None:
        while text := ask(question, optional=True):
            try:
                check_lengths({name: text})
            except Trouble as error:
                note(f"  {error.sentence}")
                continue
            if self._names_nobody(f"words.{name}", text):
                self._take(words={**self.referral.words, name: text})
                return

    def _names_nobody(self, place: str, text: str) -> bool:
        """Look whether a text seems to name a child, and let whoever wrote it say; immediate risk is never held up."""
        found = findings({place: text}, now().date())
        for finding in found:
            note(f"  Careful: {finding}")
        if not found or self.referral.immediate_risk or confirm("  Keep it all the same?"):
            self.settled.add(place)
            return True
        return False

    def _take(self, **said: object) -> None:
        self.referral = replace(self.referral, **said)  # type: ignore[arg-type]
        self.has_asked = True


def _of(directory: Directory) -> Callable[[str], str]:
    return lambda said: agency_id(directory, said, "")


def _usable(settings: Settings, name: str) -> str:
    """Return the policy's name. Raises Trouble where it cannot be used."""
    case_inputs.policy(settings, name)
    return name


def _title_of(settings: Settings, name: str) -> str:
    try:
        return case_inputs.policy(settings, name).title
    except Trouble:
        return "cannot be used: it has a fault"
