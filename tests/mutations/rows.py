"""How the rule of each row is taken away: one change to the policy, to the directory, or to a line of code."""

from typing import NamedTuple


class Mutation(NamedTuple):
    """A text of one file that stands there exactly once, and what stands there once the rule is gone."""

    file: str
    old: str
    new: str


POLICY = "policies/lincolnshire.toml"


def _policy(old: str, new: str) -> Mutation:
    return Mutation(POLICY, old, new)


MUTATIONS: dict[str, Mutation] = {
    "L1": _policy('"child protection", "looked after", "none"]', '"child protection", "none"]'),
    "L2": Mutation(
        "domain/engine/moments.py",
        "    draft.put_duty(duty)\n    draft.change(pace=draft.case.pace.but(next_at=moment))\n    step =",
        "    draft.put_duty(duty)\n    draft.change(visits=draft.case.visits[:-1])\n    step =",
    ),
    "L3": Mutation(
        "domain/base/people.py", 'id=agency if agencies.count(agency) == 1 else f"{agency}.{side}"', "id=agency"
    ),
    "L4": Mutation(
        "domain/commands/acts/actions.py", "            party=party,\n            trigger", "            trigger"
    ),
    "L5": _policy('fields = ["action", "reason", "replacement"]', 'fields = ["action", "replacement"]'),
    "L6": _policy('fields = ["action", "reason", "replacement"]', 'fields = ["action", "reason"]'),
    "L7": _policy('act = "filed"\nby = "each party"', 'act = "filed"\nby = "raising"'),
    "L8": _policy('methods = ["telephone", "face to face", "internet meeting"], ', ""),
    "L9": _policy('"internet meeting"], discouraged = ["e-mail"]', '"internet meeting", "e-mail"]'),
    "L10": Mutation(
        "adapters/register/migrations/versions/0001_first.py",
        'BEFORE {moment} ON {table} WHEN {when} BEGIN SELECT {answer}; END"',
        'BEFORE {moment} ON {table} WHEN {when} BEGIN SELECT 1; END"',
    ),
    "L11": _policy(
        'stages = ["step-1", "step-2", "step-3", "step-4-urgent", "unresolved"]',
        'stages = ["step-1", "step-3", "step-2", "step-4-urgent", "unresolved"]',
    ),
    "L12": _policy('clause = "Step 1"\nraising = ["practitioner"]', 'clause = "Step 1"\nraising = ["line-manager"]'),
    "L13": _policy(
        'title = "agreed plan of action", fields = ["fits-existing-plan"]', 'title = "agreed plan of action"'
    ),
    "L14": _policy(
        'act = "acknowledgement", by = "receiving", within = "immediately"',
        'act = "acknowledgement", by = "receiving", within = "none"',
    ),
    "L15": _policy('act = "acknowledgement", by = "receiving"', 'act = "acknowledgement", by = "each party"'),
    "L16": Mutation(
        "domain/commands/plans.py",
        "confirmed={party.id: at}",
        "confirmed={**(old.confirmed if old else {}), party.id: at}",
    ),
    "L17": _policy(
        'within = "48 hours on working days", of = ["step-1.discussion"',
        'within = "72 hours on working days", of = ["step-1.discussion"',
    ),
    "L18": _policy('leads_to = "next"  ', 'after = ["step-1.plan.overdue"]\nleads_to = "next"  '),
    "L19": _policy('act = "own-consultation", by = "each party"', 'act = "own-consultation", by = "raising"'),
    "L20": _policy('needs = ["reason"], leads_to = "end: stopped"', 'needs = ["reason"], leads_to = "next"'),
    "L21": _policy(
        'act = "discussion", by = "together", role = ["line-manager"]', 'act = "discussion", by = "together"'
    ),
    "L22": _policy('own-consultation = { kind = "consultation"', 'own-consultation = { kind = "decision"'),
    "L23": _policy(
        'role = ["line-manager"], within = "5 working days"', 'role = ["line-manager"], within = "6 working days"'
    ),
    "L24": _policy('from = ["step-1", "step-2", "step-3", "unresolved"]', 'from = ["step-1", "step-3", "unresolved"]'),
    "L25": _policy('from = ["step-1", "step-2"]', 'from = ["step-1"]'),
    "L26": _policy('act = "contact-slo", by = "each party"', 'act = "contact-slo", by = "raising"'),
    "L27": _policy('act = ["discussion", "assist"]', 'act = ["discussion"]'),
    "L28": _policy(
        'within = "48 hours on working days", of = ["step-3.contact-slo',
        'within = "72 hours on working days", of = ["step-3.contact-slo',
    ),
    "L29": _policy('"unresolved", "ended"]', '"unresolved"]'),
    "L30": _policy('from = ["unresolved"]', 'from = ["step-2"]'),
    "L31": _policy('from = "partners", not_a_party = true', 'from = "partners"'),
    "L32": _policy(', attended_by = "every party"', ""),
    "L33": _policy('act = "chaired-meeting.minutes", by = "chair"', 'act = "chaired-meeting.minutes", by = "together"'),
    "L34": _policy(
        'said_by = "every party", needs = ["plan", "chaired-meeting.minutes"]',
        'said_by = "every party", needs = ["plan"]',
    ),
    "L35": _policy('by = "together", within = "as soon as possible"', 'by = "together", within = "10 working days"'),
    "L36": _policy('within = "24 hours"', 'within = "48 hours"'),
    "L37": _policy('within = "next meeting of ppet"', 'within = "none"'),
    "L38": _policy('strength = "may", rows = ["L38", "L39"]', 'rows = ["L38", "L39"]'),
    "L39": _policy('act = "recommendation", by = "ppet"', 'act = "recommendation", by = "raising"'),
    "L40": _policy('opens = ["learning"]', 'leads_to = ["learning"]'),
    "L41": _policy('leads_to = ["learning", "unresolved"]', 'leads_to = ["learning"]'),
    "L42": _policy(
        'needs = ["chaired-meeting.minutes", "reason", "interim-safety"], leads_to = "unresolved"',
        'needs = ["chaired-meeting.minutes", "reason", "interim-safety"], leads_to = "end: noted"',
    ),
    "L43": _policy('act = "written-follow-up"\nby = "each party"', 'act = "written-follow-up"\nby = "raising"'),
    "L44": _policy('values = ["course of action", ', "values = ["),
    "L45": _policy('"action not done", ', ""),
    "L46": _policy('"plan unsuitable", ', ""),
    "L47": _policy('"conference refused", ', ""),
    "L48": _policy(', "information or services"]', "]"),
    "L49": _policy("other = true\n", "other = false\n"),
    "L50": Mutation(
        "domain/commands/opening.py",
        "same_agency=len({p.agency for p in parties}) < len(parties)",
        "same_agency=False",
    ),
    "L51": Mutation("domain/engine/risk.py", "seats = [ON_CALL, draft.raiser(), ", "seats = [draft.raiser(), "),
    "L52": _policy('unless = { concern = "conduct" }\n', ""),
    "L53": _policy('said_by = "raising", needs = ["redirect"]', 'said_by = "raising"'),
    "L54": Mutation(
        "domain/policy/act_kinds.py",
        'KindOfAct("consultation", "advice was asked", anywhere=True)',
        'KindOfAct("consultation", "advice was asked")',
    ),
    "L55": Mutation("directories/lincolnshire.toml", "row = 30\n", "row = 31\n"),
    "L56": Mutation("directories/lincolnshire.toml", '"], deputy = true, source = "row 11"', '"], source = "row 11"'),
    "L57": _policy('clause = "Step 3"\nraising = ["slo"]', 'clause = "Step 3"\nraising = ["line-manager"]'),
    "L58": Mutation("adapters/directory/check.py", "        findings += _swapped(agency)\n", ""),
    "L59": Mutation("starter/case_inputs.py", ").for_case(at)", ")"),
    "L60": Mutation(
        "domain/policy/local_settings.py",
        'tolerance: CountedPeriod = ""',
        'tolerance: CountedPeriod = "same working day"',
    ),
}
"""Every row of the Lincolnshire protocol."""
