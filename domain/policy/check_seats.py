"""Seats, bodies and the acts that fill, sign and approve: do they fit together?"""

from collections.abc import Iterator

from .act_kinds import ACT_KINDS, has_key
from .check_names import SIDES, need_fault, unknown
from .faults import Fault
from .language import Act
from .shape import Policy

ANY_STAGE = "any stage"
INCLUDED = ("every party", "raising", "receiving")
SIGNING_PARTIES = "every party"


def seat_faults(policy: Policy) -> Iterator[Fault]:
    """Yield what is wrong with roles, bodies and the people of acts."""
    yield from _roles(policy)
    yield from _bodies(policy)
    for name, act in policy.acts.items():
        yield from _people(policy, f"act {name}", act)
        yield from _filling(policy, f"act {name}", act)
        for key in ("needs", "expects"):
            for need in getattr(act, key):
                yield from need_fault(policy, f"act {name}, {key}", need)


def _roles(policy: Policy) -> Iterator[Fault]:
    for name, role in policy.roles.items():
        place = f"role {name}"
        if role.source == "partners" and not role.override:
            yield Fault(
                place=place,
                what="nothing says what happens when no partner can be found",
                mend='Add override = "reason"',
                severity="warning",
            )
        if role.chosen_by and role.chosen_by not in policy.facts:
            yield unknown(f"{place}, chosen_by", role.chosen_by, "fact")
        for kind, roles in role.instead.items():
            for other in roles:
                if other not in policy.roles:
                    yield unknown(f"{place}, instead, {kind}", other, "role")
        if role.seat and role.seat != ANY_STAGE:
            yield Fault(place=f"{place}, seat", what=f"`{role.seat}` is no seat", mend=f'Write seat = "{ANY_STAGE}"')
        elif role.seat and not _is_filled(policy, name):
            yield _unfilled(place, name)


def _bodies(policy: Policy) -> Iterator[Fault]:
    for name, body in policy.bodies.items():
        place = f"body {name}"
        if name in policy.roles:
            yield Fault(place=place, what="a role has this id too", mend="Give each its own id")
        for key, roles in (("members", body.members), ("chair", (body.chair,) if body.chair else ())):
            for role in roles:
                if role not in policy.roles:
                    yield unknown(f"{place}, {key}", role, "role")
        for who in body.includes:
            if who not in INCLUDED:
                yield Fault(
                    place=f"{place}, includes",
                    what=f"`{who}` is nobody it could include",
                    mend=f"Use one of: {', '.join(INCLUDED)}",
                )
        for act in body.hears:
            if act.partition(".")[0] not in policy.acts:
                yield unknown(f"{place}, hears", act, "act")
        if (body.agencies_at_least or body.includes) and not _is_filled(policy, name):
            yield _unfilled(place, name)


def _is_filled(policy: Policy, seat: str) -> bool:
    return any(has_key(act.kind, "seat") and act.seat == seat for act in policy.acts.values())


def _unfilled(place: str, name: str) -> Fault:
    return Fault(
        place=place,
        what="no act fills it, so nobody could ever sit in it",
        mend=f'Add an act with kind = "appointment" and seat = "{name}"',
    )


def _people(policy: Policy, place: str, act: Act) -> Iterator[Fault]:
    if act.chair and act.chair not in policy.roles:
        yield unknown(f"{place}, chair", act.chair, "role")
    for who in act.attended_by:
        if who not in {*SIDES, *policy.roles, *policy.bodies}:
            yield unknown(f"{place}, attended_by", who, "side, role or body")
    for role in act.signed_by:
        if role not in policy.roles and act.signed_by != (SIGNING_PARTIES,):
            yield unknown(f"{place}, signed_by", role, "role")
    for role in act.approved_by:
        if role not in policy.roles:
            yield unknown(f"{place}, approved_by", role, "role")


def _filling(policy: Policy, place: str, act: Act) -> Iterator[Fault]:
    for kind in ACT_KINDS.values():
        for key in kind.keys:
            if getattr(act, key.name) and not has_key(act.kind, key.name):
                yield Fault(
                    place=f"{place}, {key.name}",
                    what=f"a {act.kind} {key.elsewhere or f'has no `{key.name}`'}",
                    mend=f'Make it kind = "{kind.name}"' + ("" if key.elsewhere else ", or take it out"),
                )
    for key in ACT_KINDS[act.kind].keys:
        if key.left_out and not getattr(act, key.name):
            yield Fault(place=place, what=key.left_out, mend=key.mend)
    if act.seat and has_key(act.kind, "seat") and act.seat not in {*policy.roles, *policy.bodies}:
        yield unknown(f"{place}, seat", act.seat, "role or body")
    if act.sets and act.sets not in policy.facts:
        yield unknown(f"{place}, sets", act.sets, "fact")
