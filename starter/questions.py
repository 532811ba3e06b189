"""Asking a person at a terminal for what a referral does not say yet. Questions go to stderr, past --json."""

import sys
from dataclasses import replace

import click

from adapters.plain import plain
from domain.policy import Policy

from .referrals import Referral
from .screen import note

LEFT_OUT = "Enter to leave it out"


def can_ask() -> bool:
    """Say whether somebody sits at a terminal. Tests put another answer in its place."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_policy(known: list[str]) -> str:
    """Ask which policy it is, unless there is only one."""
    if len(known) == 1:
        return known[0]
    return _ask(f"Policy ({', '.join(known)})")


def ask_rest(referral: Referral, policy: Policy, *, from_file: bool) -> Referral:
    """Ask for the agencies, the raiser's role and the facts that are missing; for words only where there is no file."""
    said = referral
    if not said.raising:
        said = replace(said, raising=_ask("Agency that raises it"))
    if not said.receiving:
        named = _ask("Agency that receives it (several with commas)").split(",")
        said = replace(said, receiving=tuple(one.strip() for one in named if one.strip()))
    if not said.raised_by:
        said = replace(said, raised_by=_ask(f"Role of whoever raises it ({', '.join(policy.roles)})"))
    facts = dict(said.facts)
    for name, fact in policy.facts.items():
        if name not in facts:
            answer = _one_of(fact.asks or name.replace("-", " "), fact.values, free=fact.other or not fact.values)
            facts |= {name: answer} if answer else {}
    words = dict(said.words)
    if not words and not from_file:
        words["disagreement"] = _ask(f"What is the difference, without names ({LEFT_OUT})", optional=True)
        words["interim-safety"] = _ask(f"What keeps the child safe meanwhile ({LEFT_OUT})", optional=True)
    return replace(said, facts=facts, words={name: text for name, text in words.items() if text})


def confirm(question: str) -> bool:
    """Ask yes or no; Enter means no."""
    return click.confirm(question, default=False, err=True)


def _one_of(question: str, values: tuple[str, ...], *, free: bool) -> str:
    """Ask for one of *values*, by its number or its words. An empty answer leaves the fact out."""
    note(question)
    for number, value in enumerate(values, 1):
        note(f"  {number}  {value}")
    while True:
        way = "number or words" if values else "words"
        said = _ask(f"  {way}{', or your own' if free and values else ''} ({LEFT_OUT})", optional=True)
        if said.isdecimal() and 0 < int(said) <= len(values):
            return values[int(said) - 1]
        if not said or said in values or free:
            return said
        note(f"  {said[:40]!r} is not one of them.")


def _ask(question: str, *, optional: bool = False) -> str:
    answer: str = click.prompt(plain(question), default="" if optional else None, show_default=False, err=True)
    return answer.strip()
