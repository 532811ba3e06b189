"""Signatures and approvals: who signed what, and that two roles are two people (S35, S63, S64, rule 40)."""

from ...base.people import Party
from ...base.refusals import Refusal, listed
from ...case.state import Escalation, Happened, Signature
from ...engine.allowed import BY_PARTIES
from ...engine.draft import Draft
from ...engine.seats import stand_ins
from ...policy import Act
from ...policy.act_kinds import comes_under
from .act_done import ActDone


def submission(case: Escalation, name: str) -> Happened | None:
    """Return the newest act that *name* (`referral.signed`) comes under."""
    act, _, part = name.partition(".")
    under = comes_under(case.policy.acts[act].kind, part)
    first = f"{act}.{under}" if under else case.policy.whole_act(act)
    found = [o for o in case.occurrences if first in o.names]
    return found[-1] if found else None


def must_be_signable(case: Escalation, event: ActDone, act: Act, name: str, party: Party | None) -> None:
    """Refuse a signature without its form, without a name, of the wrong role, or by a hand that signed already."""
    act_id, _, part = name.partition(".")
    title = case.policy.act_title(act_id)
    under = submission(case, name)
    if under is None:
        raise Refusal("missing", f"There is no {title} yet, so nothing to complete, sign or approve: record it first.")
    if part == "completed":
        return
    if not event.by.person.strip():
        raise Refusal("missing", f"Who signs or approves the {title} is a named person: give the person.")
    hands = [s for s in case.signatures if s.under == under.entry]
    if part == "approved":
        if any(s.person == event.by.person for s in hands):
            raise Refusal("not allowed", f"Whoever wrote the {title} does not approve it: another person does.")
        seat = (event.by.role, party.id if party else "")
        if any(s.act == act_id and not s.person and (s.role, s.party) == seat for s in hands):
            raise Refusal(
                "not allowed",
                f"The {title} was recorded from this very seat without saying by which person, so nobody can tell that "
                "another one approves it: record it again, with the person.",
            )
        return
    if act.signed_by == (BY_PARTIES,):
        if party is None:
            raise Refusal("wrong side", f"The {title} is signed by the parties.")
    elif any(s.person == event.by.person and s.role != slot(case, act, event.by.role, event.by.agency) for s in hands):
        raise Refusal(
            "not allowed", f"Two signatures of the {title} are two people: somebody else signs for that role."
        )


def slot(case: Escalation, act: Act, role: str, agency: str) -> str:
    """Return the role of `signed_by` for which a role signs at an agency: itself, or the one it stands in for."""
    return next((name for name in act.signed_by if role in {name, *stand_ins(case, name, agency)}), role)


def sign(draft: Draft, event: ActDone, act: Act, name: str, party: Party | None) -> bool:
    """Keep a signature or an approval; return whether with it the act is signed or approved."""
    case = draft.case
    act_id, _, part = name.partition(".")
    under = submission(case, name)
    if under is None or part == "completed":
        return True
    signature = Signature(
        act=name,
        under=under.entry,
        role=slot(case, act, event.by.role, event.by.agency),
        party=party.id if party else "",
        person=event.by.person,
    )
    draft.change(signatures=(*case.signatures, signature))
    return part == "approved" or not unsigned(draft.case, act_id)


def unsigned(case: Escalation, act_id: str) -> list[str]:
    """Return who has still to sign the newest version of a form: parties' ids, or titles of roles."""
    act = case.policy.acts[act_id]
    under = submission(case, f"{act_id}.signed")
    hands = [s for s in case.signatures if under and s.under == under.entry and s.act == f"{act_id}.signed"]
    if act.signed_by == (BY_PARTIES,):
        return [party.id for party in case.parties if party.id not in {s.party for s in hands}]
    return [case.policy.role_title(role) for role in act.signed_by if role not in {s.role for s in hands}]


def keep_author(draft: Draft, event: ActDone, act_id: str, entry: int, party: Party | None) -> None:
    """Remember who wrote what a second person must approve: the seat, where no person was named."""
    if draft.case.policy.acts[act_id].approved_by:
        theirs = party.id if party else ""
        author = Signature(act=act_id, under=entry, role=event.by.role, party=theirs, person=event.by.person.strip())
        draft.change(signatures=(*draft.case.signatures, author))


def say_unsigned(case: Escalation, act_id: str) -> str:
    """Say who has still to sign, as an answer does."""
    still = unsigned(case, act_id)
    return f" Still to sign it: {listed(still)}." if still else " Everybody who signs it has."
