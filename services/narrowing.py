"""What `list` is narrowed by: words that a case, a policy or a directory has; others are refused with what is near."""

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from adapters.register import reading
from domain.base.refusals import meant
from settings import Settings

from .command_fields import Placed, as_option
from .errors import Trouble

if TYPE_CHECKING:
    from adapters.directory import Directory
    from domain.policy import Policy

ENDS = ("ended", "closed", "void")
"""Stages of a case of which no step is open."""


class Narrowed(NamedTuple):
    """What is asked for, by ids; empty where it is not narrowed."""

    stage: str | None
    agencies: frozenset[str]
    policy: str | None

    def fits(self, case: dict[str, Any]) -> bool:
        """Does a case of the register belong to those asked for?"""
        return (
            self.stage in {None, case["stage"]}
            and self.policy in {None, case["policy"]}
            and (not self.agencies or not self.agencies.isdisjoint(case["agencies"]))
        )


def narrowed(
    settings: Settings, *, stage: str | None, agency: str | None, policy: str | None, placed: Placed = as_option
) -> Narrowed:
    """Return what was typed by ids. What some case has is known at once; else policies and directories are read.

    Raises:
        Trouble: nothing has such a name; the sentence says what comes near.
        RegisterError: the register cannot be read.
    """
    cases = reading.list_cases(settings.register, include_closed=True)
    steps, policies = {case["stage"] for case in cases}, {case["policy"] for case in cases}
    parties = {one for case in cases for one in case["agencies"]}
    return Narrowed(
        stage=stage if stage is None or stage in steps else _stage(settings, stage, placed),
        agencies=frozenset() if agency is None else _agencies(settings, agency, parties, placed),
        policy=policy if policy is None or policy in policies else _policy(settings, policy),
    )


def _policy(settings: Settings, typed: str) -> str:
    from .case_inputs import policy

    return policy(settings, typed).id


def _stage(settings: Settings, typed: str, placed: Placed) -> str:
    titles = {name: name for name in ENDS}
    for policy in _policies(settings):
        titles |= {stage.title.casefold(): stage.id for stage in policy.stages}
    steps = sorted(set(titles.values()))
    wanted = " ".join(typed.casefold().split())
    if found := wanted if wanted in steps else titles.get(wanted):
        return found
    near = meant(typed, steps) or meant(typed, titles) or f" There are: {', '.join(steps)}."
    raise Trouble(f"{placed('stage')}: {typed[:60]!r} is no step of any policy here.{near}")


def _agencies(settings: Settings, typed: str, parties: set[str], placed: Placed) -> frozenset[str]:
    """Return the ids of an agency: that of a party of some case, or those by which the directories know the name."""
    from adapters.directory import UnknownAgency

    if typed in parties:
        return frozenset({typed})
    found: set[str] = set()
    ids, names = set(parties), set()
    for directory in directories(settings):
        ids |= {agency.id for agency in directory.agencies}
        names |= {name for agency in directory.agencies for name in (agency.title, *agency.aliases)}
        with suppress(UnknownAgency):
            found.add(directory.agency(typed).id)
    if found:
        return frozenset(found)
    near = meant(typed, sorted(ids)) or meant(typed, sorted(names)) or f" There are: {', '.join(sorted(ids))}."
    raise Trouble(f"{placed('agency')}: {typed[:60]!r} is no agency of any directory here, nor of any case.{near}")


def _policies(settings: Settings) -> "Iterator[Policy]":
    """Yield the policies that can be read."""
    from .case_inputs import policy

    for path in sorted(settings.policies.glob("*.toml")):
        with suppress(Trouble):
            yield policy(settings, path.stem)


def directories(settings: Settings) -> "Iterator[Directory]":
    """Yield the directories that can be read."""
    from adapters.directory import DirectoryFault, load_directory

    for path in sorted(settings.directories.glob("*.toml")):
        if not path.name.endswith(".rota.toml"):
            with suppress(DirectoryFault):
                yield load_directory(path)
