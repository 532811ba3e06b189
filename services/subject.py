"""What somebody is given of a case's record who asks for their own data, by a template that says what is left out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Any, NamedTuple

from pydantic import Field, ValidationError

from adapters.given import read_text, read_toml, reason_of
from domain.base.known import KEY, known_in
from domain.base.value import Value
from domain.base.words import say_date

from .chronology import Known
from .entries import Named
from .errors import Trouble
from .telling import told

OWN = "subject.toml"
GONE = "[left out]"
_SLUG = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)*")
_PERSON = "person"
_OWN_RECORD = "own_record"
_OF_A_SEAT = frozenset({"l", "c"})
"""Ways in which a sender was known by which nobody but a seat is named."""
_ENTERED_BY = "recorded_by"
_OTHER_CASE = "other"
"""What the program itself puts into a body and is of another case."""


class Rule(Value):
    """What is left out, and why."""

    names: Annotated[tuple[str, ...], Field(min_length=1)]
    what: str
    why: str
    law: str


class Head(Value):
    """What a template is."""

    id: str
    edition: str
    title: str
    checked: Any
    review: str


class Keep(Value):
    """What stays as it is."""

    said: tuple[str, ...]


class Template(Value):
    """A template as its file gives it."""

    template: Head
    keep: Keep
    withhold: tuple[Rule, ...]

    def rule_for(self, name: str) -> Rule | None:
        """Return the rule that names a thing; None where only the one for everything else would."""
        return next((rule for rule in self.withhold if name in rule.names), None)

    @property
    def otherwise(self) -> Rule:
        """Return the rule for everything that people typed and no other names."""
        return next(rule for rule in self.withhold if "*" in rule.names)

    @property
    def says(self) -> str:
        """Return what stands over the page."""
        head = self.template
        checked = say_date(head.checked) if hasattr(head.checked, "weekday") else str(head.checked)
        return f"{head.title} (template {head.id}, edition {head.edition}, of {checked}). {head.review}"


class Withheld(NamedTuple):
    """One thing that was left out."""

    entry: int
    name: str
    what: str
    why: str
    law: str


def read_template(path: Path | None) -> Template:
    """Read a template, our own where none is named. Raises Trouble: one sentence with the place and the mend."""
    try:
        text = read_text(path) if path else files("adapters.export").joinpath("templates", OWN).read_text("utf-8")
        made = Template.model_validate(read_toml(text))
    except OSError as error:
        raise Trouble(f"{path} cannot be read ({reason_of(error)}): check the path, and who may read it.") from None
    except (UnicodeDecodeError, TOMLDecodeError) as error:
        raise Trouble(f"{path} is no TOML ({error}): mend that line.") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise Trouble(f"{path}: {place} is not as a template has it ({first['msg']}): see the one of ours.") from None
    if not any("*" in rule.names for rule in made.withhold):
        raise Trouble(f'{path}: no rule of [[withhold]] names "*": say what becomes of everything else.')
    return made


class Listed(NamedTuple):
    """What the policy itself lists to choose from: it is no word of anybody's."""

    named: Named
    ways: frozenset[str]
    """In which an act may be done."""

    def has(self, said: Mapping[str, Any], name: str) -> bool:
        """Is what was typed under a name one of these?"""
        if name == "method":
            return said[name] in self.ways
        return name == "value" and said[name] in self.named.answers.get(str(said.get("fact", "")), ())


def for_subject(it: Known, template: Template) -> tuple[Known, list[Withheld]]:
    """Return what is known of a case without what the template leaves out, and the list of that."""
    withheld: list[Withheld] = []
    acts = it.case.policy.acts.values()
    listed = Listed(it.named, frozenset(way for act in acts for way in (*act.methods, *act.discouraged)))
    entries = [_entry(entry, template, listed, withheld) for entry in it.entries]
    view = {**it.view, _OWN_RECORD: ""} if it.view else it.view  # told with the entry that has it
    return it._replace(entries=entries, view=view, looks=[], told=told(it.notices, it.attempts, entries)), withheld


def _entry(entry: Mapping[str, Any], template: Template, listed: Listed, withheld: list[Withheld]) -> dict[str, Any]:
    body = dict(entry["body"] or {})
    number = entry["number"]
    if body.get(_OTHER_CASE) and template.rule_for(_OTHER_CASE):
        withheld.extend(_left_out(template, number, _OTHER_CASE, _OTHER_CASE))
        body[_OTHER_CASE] = GONE
    sender = known_in(body)
    if sender is not None and sender.how not in _OF_A_SEAT and template.rule_for(_PERSON):
        withheld.extend(_left_out(template, number, _PERSON, "who typed it"))
        body[KEY] = [sender.how, GONE]
    said, by = body.get("said"), {}
    if isinstance(said, dict):
        if said.get(_ENTERED_BY) and template.rule_for(_ENTERED_BY):  # it stands in the entry's own column too
            by = {"by": entry["on_behalf_of"], "on_behalf_of": ""}
        body["said"] = _said(said, template, listed, number, withheld)
    return {**entry, **by, "body": body if entry["body"] is not None else None}


def _said(
    said: Mapping[str, Any], template: Template, listed: Listed, number: int, withheld: list[Withheld]
) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in said.items():
        if name == "facts":
            answers = listed.named.answers
            kept[name] = {of: answer for of, answer in value.items() if answer in answers.get(of, ())}
            value = {of: answer for of, answer in value.items() if of not in kept[name]}  # noqa: PLW2901
        if template.rule_for(name) is None and (name in template.keep.said or listed.has(said, name)):
            kept[name] = _without_persons(value, template, number, withheld)
            continue
        if not value or (name == _OTHER_CASE and template.rule_for(name)):  # told once, with the body
            continue
        for of in _names(name, value):
            withheld.extend(_left_out(template, number, name, of))
        kept.setdefault(name, GONE if isinstance(value, str) else type(value)())
    return kept


def _names(name: str, value: Any) -> Iterator[str]:
    """Yield what is left out by its name: each thing of a table by its own."""
    if isinstance(value, dict):
        # A name that somebody made up may itself say whom it is about.
        yield from (of if _SLUG.fullmatch(of) else "under a name of their own" for of, one in value.items() if one)
    elif isinstance(value, list | tuple):
        yield f"{name} ({len(value)})"
    else:
        yield name


def _without_persons(value: Any, template: Template, number: int, withheld: list[Withheld]) -> Any:
    if isinstance(value, dict):
        kept = {}
        for name, one in value.items():
            if name == _PERSON and template.rule_for(_PERSON):
                withheld.extend(_left_out(template, number, _PERSON, _PERSON) if one else ())
            else:
                kept[name] = _without_persons(one, template, number, withheld)
        return kept
    if isinstance(value, list | tuple):
        return [_without_persons(one, template, number, withheld) for one in value]
    return value


def by_entry(withheld: Iterable[Withheld]) -> list[Withheld]:
    """Return them for people: what is left out of one entry by one rule as one."""
    found: list[Withheld] = []
    for _, same in groupby(withheld, key=lambda one: (one.entry, one.why)):
        first, *more = same
        rule, names = first.what.removesuffix(f" ({first.name})"), [first.name, *(one.name for one in more)]
        found.append(first._replace(what=f"{rule} ({', '.join(names)})"))
    return found


def _left_out(template: Template, number: int, name: str, of: str) -> Iterator[Withheld]:
    rule = template.rule_for(name) or template.otherwise
    said = of.replace("_", " ").replace("-", " ")
    yield Withheld(number, said, f"{rule.what} ({said})", rule.why, rule.law)
