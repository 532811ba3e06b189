"""What is otherwise in another version: each a small change of the kind that a release brings."""

from tests.releases.tree import Edit

DONE, STAGES = "domain/commands/acts/done.py", "domain/engine/stages.py"
RULES = (
    Edit(
        "a word more in the body of an act's entry",
        DONE,
        """        departure=departs,
""",
        """        departure=departs,
        spoken=recording.event.method == "telephone",
""",
    ),
    Edit(
        "a notice more for every act",
        DONE,
        """    agreed_by_all(draft, at)
    stands = where(draft.case)
""",
        """    draft.notify("told", (draft.raiser(),), entry=entry, fact="An act was recorded.")
    agreed_by_all(draft, at)
    stands = where(draft.case)
""",
    ),
    Edit(
        "a deadline in hours an hour later",
        "domain/time/calendar.py",
        "begins - dt.datetime.combine(first, dt.time()) + dt.timedelta(hours=hours)",
        "begins - dt.datetime.combine(first, dt.time()) + dt.timedelta(hours=hours + 1)",
    ),
    Edit(
        "a deadline in working days a day earlier",
        "domain/time/calendar.py",
        "else self.nth_working(day + DAY, n - 1), day_ends)",
        "else self.nth_working(day + DAY, max(n - 2, 0)), day_ends)",
    ),
    Edit(
        "an outcome that leads elsewhere: what is not agreed at step 1 goes to step 3",
        STAGES,
        "    ways = [target for target in outcome.leads_to if target != DONE and not target.startswith(END)]\n",
        "    ways = [target for target in outcome.leads_to if target != DONE and not target.startswith(END)]\n"
        '    ways = ["step-3" if target == "step-2" and outcome.id == "not-agreed" else target for target in ways]\n',
    ),
    Edit(
        "an act that was kept as a departure is refused",
        DONE,
        """    event, at = recording.event, recording.at
    others = _taking_part(draft.case, recording)
""",
        """    event, at = recording.event, recording.at
    if departs:
        raise Refusal("missing", "It is done by another method.")
    others = _taking_part(draft.case, recording)
""",
    ),
    Edit(
        "an entry more, and another answer, for one kind of message",
        "domain/commands/endings.py",
        '    return Answer(sentence=f"{draft.case.case} is linked with {event.other}.", entry=entry)\n',
        '    draft.enter("cancellation-refused", draft.now)\n'
        '    return Answer(sentence=f"{event.other} is noted beside {draft.case.case}.", entry=entry)\n',
    ),
)
"""Rules that decide otherwise. What a case is stays of the same shape, so the older version may come back."""
REOPENING, CHANGES = "domain/commands/endings.py", "domain/case/patch.py"
SHAPE = (
    Edit(
        "a field of a case has another name",
        "domain/case/state.py",
        "    links: tuple[str, ...] = ()\n",
        "    linked_with: tuple[str, ...] = ()\n",
    ),
    Edit("where it is read", REOPENING, "in draft.case.links:", "in draft.case.linked_with:"),
    Edit(
        "where it is changed",
        REOPENING,
        "draft.change(links=(*draft.case.links, event.other))",
        "draft.change(linked_with=(*draft.case.linked_with, event.other))",
    ),
    Edit("the shape is a later one", CHANGES, "SHAPE = 1\n", "SHAPE = 2\n"),
    Edit(
        "what was kept in the shape before is read in this one",
        CHANGES,
        "UPGRADES: Mapping[int, Upgrade] = {}\n",
        """def _renamed(state: State) -> State:
    new = dict(state)
    if "links" in new:
        new["linked_with"] = new.pop("links")
    return new


UPGRADES: Mapping[int, Upgrade] = {2: Upgrade(state=_renamed)}
""",
    ),
)
"""A case has another shape. The version before cannot read what this one has written."""
