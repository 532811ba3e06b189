"""What one command is declared with: its message, who says it, what it makes, and how it is asked on a screen."""

from typing import Literal, NamedTuple

Answer = Literal[
    "text",  # in somebody's own words
    "name",  # an id or a word of the policy
    "number",
    "agency",
    "agency:role",  # a role of an agency; the agency alone may do
    "seat",  # role@agency, with the handle of a person where one is wanted
    "past time",
    "time ahead",
    "day or time ahead",  # a whole day means its end
    "day",
    "period",  # `5 working days`
    "yes or no",
    "flag",
    "name=text",
    "what; owner; day",
]
"""What kind of answer a field takes."""
Who = Literal["anybody", "seat", "named person", "on call"]
"""Who may say it, as far as a screen asks: anybody at all; somebody in a role; such a one with a handle; the lead on
call, unless another role is said. Which role, the policy and the case decide."""


class Field(NamedTuple):
    """One thing that a command says beside who says it and when."""

    option: str
    """As it is typed, without the dashes."""
    asks: str
    """The question in plain words."""
    answer: Answer
    into: tuple[str, ...] = ()
    """Fields of the message that it fills; the option's own name unless given."""
    is_text: bool = False
    """True where it is one of the message's `fields`, under the option's name."""
    optional: bool = False
    """True where a screen does not ask for it; the rules may need it all the same."""
    several: bool = False
    choices: tuple[str, ...] = ()
    typed: str = ""
    """How the answer is typed on a terminal, where that needs saying; a form has places for it."""
    sample: str = ""
    """How it is shown where nothing better is known; `{day}` stands for a day ahead."""
    empties: str = ""
    """For a flag: the field of the message that it says to be empty."""
    for_needs: tuple[str, ...] = ()
    """What an offer that needs it calls it; the option's own name unless given."""

    @property
    def key(self) -> str:
        """The option as Python names it."""
        return self.option.replace("-", "_")

    @property
    def asks_typed(self) -> str:
        """The question with how it is answered by typing."""
        return f"{self.asks[:-1]}: {self.typed}?" if self.typed else self.asks

    def is_for(self, need: str) -> bool:
        """Does it say what an offer needs?"""
        return need in (self.for_needs or (self.option,))

    @property
    def fills(self) -> tuple[str, ...]:
        """The fields of the message that it fills."""
        return self.into or (self.key,)


class Spelling(NamedTuple):
    """One way of typing a command that has several, with what it says by that."""

    name: str
    does: str
    says: tuple[tuple[str, str], ...] = ()
    """Fields of the message with their values."""
    example: str = ""


class Button(NamedTuple):
    """A button on the page behind a link, and the question that it asks before anything is sent."""

    name: str
    label: str
    asks: str
    says: str
    """What a yes does. `{hours}` is for how long an alert then rests."""
    yes: str
    no: str = "No, go back"
    on: str = ""
    """The state of the page on which it is worded so; another button of the same name is for every other."""


class CommandKind(NamedTuple):
    """Everything that is particular to one command."""

    kind: str
    """On the wire and, unless there are `spellings` or it has a `place` of its own, as it is typed."""
    message: str
    """Where its message stands below `domain.commands`."""
    handler: str
    """Where the function stands below `domain.commands` that lets it happen."""
    entries: tuple[str, ...]
    """Kinds of entry that keep it whole, under `said`."""
    group: str
    """Under which it is listed."""
    does: str
    """One line on what it records."""
    fields: tuple[Field, ...] = ()
    who: Who = "seat"
    lacks: str = ""
    """The sentence where something that it needs was left out."""
    one_of: tuple[str, ...] = ()
    """Options of which exactly one is given."""
    example: str = ""
    """What is typed after the case and the command."""
    spellings: tuple[Spelling, ...] = ()
    place: str = ""
    """The program's own command that says it, where it is not said by `record`."""
    named: bool = False
    """True where the policy names it, so that what is typed is an act or an outcome."""
    answers_an_alarm: bool = False
    """True where it waits for nobody who looks after Temporal: a lost case comes back for it by itself."""
    taken_when_void: bool = False
    """True where it is taken in a case that was voided, as what answers an alarm always is."""
    told: str = ""
    """More for its help: what follows from it, what it does not do."""
    buttons: tuple[Button, ...] = ()

    @property
    def ways(self) -> tuple[Spelling, ...]:
        """The words by which it is typed; none where the policy names it."""
        return () if self.named else self.spellings or (Spelling(self.kind, self.does, example=self.example),)

    @property
    def typed(self) -> tuple[Spelling, ...]:
        """The words by which `record` takes it; none where it has a place of its own."""
        return () if self.place else self.ways

    @property
    def needs(self) -> tuple[Field, ...]:
        """What it cannot be without."""
        return tuple(field for field in self.fields if not field.optional)
