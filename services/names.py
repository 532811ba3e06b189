"""What a typed name means in a case: an act or an outcome, and which agency."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from adapters.directory import Directory, DirectoryFault, UnknownAgency
from adapters.register import reading
from adapters.register.errors import RegisterError
from domain.command_table import WORDS
from domain.policy import Policy
from settings import Settings

from . import case_inputs
from .agencies import agency_id
from .command_fields import Placed, as_option
from .errors import LOOK_AFTER, Trouble
from .remarks import note

if TYPE_CHECKING:
    from domain.views.status import CaseStatus
    from workflows.caseload import Caseload


async def kind_of(act: str, case: str, settings: Settings, cases: "Caseload", said: dict[str, Any]) -> str:
    """Say which kind of command *act* is; fill the plan's version into *said* where one is meant and none was given.

    The register is asked first, for that is what the sender has seen; the case itself only where that does not do.
    """
    row = WORDS[act][0] if act in WORDS else None
    needs_version = row is not None and said.get("version", 0) is None
    if row is not None and not needs_version:
        return row.kind
    view = view_of(settings, case)
    if view is not None and view["closed_at"] and not needs_version:
        return _kind_in_policy(settings, view["policy"], act)
    if view is None or (view["plan"] is None if needs_version else act not in kinds(view)):
        view = (await _looked_at(case, cases, view)).model_dump(mode="json")
    if row is None:
        return kinds(view).get(act) or _kind_in_policy(settings, view["policy"], act)
    if view["plan"] is None:
        raise Trouble("There is no plan in this case yet: propose one first.")
    said["version"] = view["plan"]["version"]
    note(f"This is about version {said['version']} of the plan.")
    return row.kind


async def _looked_at(case: str, cases: "Caseload", view: dict[str, Any] | None) -> "CaseStatus":
    """Ask the case itself where it stands. Raises Trouble for one on the record that Temporal does not run."""
    from workflows.caseload import NoSuchCase

    try:
        return await cases.look(case)
    except NoSuchCase:
        if view is None:
            raise
        if view["closed_at"]:
            raise Trouble(
                f"{case} is closed: no plan is agreed in it.",
                typed="`escalate reopen` goes on.",
                shown="Reopen it first.",
            ) from None
        raise Trouble(
            f"{case} is open by its record, but Temporal does not run it.",
            typed=f"Bring it back with `escalate resume {case}`.",
            shown=LOOK_AFTER,
        ) from None


def view_of(settings: Settings, case: str) -> dict[str, Any] | None:
    """Return where a case stands as the register knows it; None where it cannot say."""
    try:
        found = reading.read_case(settings.register, case)
    except RegisterError:
        return None
    view: dict[str, Any] | None = found["view"] if found else None
    return view


def policy_of(settings: Settings, case: str) -> Policy | None:
    """Return the policy that a case was opened under, as the register keeps it; None where it cannot say."""
    try:
        made = reading.read_entries(settings.register, case)
        digest = ((made[0]["body"] or {}).get("editions") or {}).get("policy", "") if made else ""
        edition = reading.read_edition(settings.register, digest) if digest else None
        return Policy.model_validate(edition) if edition else None
    except (RegisterError, ValidationError):
        return None


def namer(settings: Settings, case: str) -> Callable[[str], str]:
    """Return what turns an agency as it was typed into its id. An unknown name passes as it is: the case says no."""
    view = view_of(settings, case)
    directory: Directory | None = None
    try:
        directory = case_inputs.directory_of_case(settings, view["policy"], case) if view else None
    except DirectoryFault:
        directory = None

    def named(typed: str) -> str:
        try:
            return directory.agency(typed).id if directory and typed else typed.strip()
        except UnknownAgency:
            return typed.strip()

    return named


def facts_meant(settings: Settings, case: str, facts: dict[str, str], placed: Placed = as_option) -> dict[str, str]:
    """Return answers as the case's policy takes them, where it can be read here.

    Raises:
        Trouble: no day there is, or an answer on which the route turns and that is none of the policy's own.
    """
    from .facts import answers, as_recorded

    policy = policy_of(settings, case)
    return as_recorded(answers(policy, facts, placed("fact"))) if policy else facts


def must_be_an_agency(settings: Settings, case: str, typed: str, placed: Placed = as_option) -> None:
    """Raise Trouble where the directory of a case knows no such agency, with those that come near.

    A directory that cannot be read, or a case that the register does not know, keeps nobody back.
    """
    view = view_of(settings, case)
    try:
        directory = case_inputs.directory_of_case(settings, view["policy"], case) if view else None
    except DirectoryFault:
        return
    if directory:
        agency_id(directory, typed, placed("agency"))


def _kind_in_policy(settings: Settings, policy: str, name: str) -> str:
    """Tell an outcome that is not on offer from an act; where neither is known the case itself will say no."""
    try:
        return "outcome" if name in case_inputs.policy(settings, policy).outcome_ids else "act"
    except Trouble:
        return "act"


def kinds(view: Mapping[str, Any]) -> dict[str, str]:
    """Return the name of everything on offer with its kind: `act`, `outcome` or `plan`."""
    return {offer["name"]: offer["kind"] for offer in view["offers"]}
