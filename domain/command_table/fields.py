"""Groups of commands, and the questions that several of them ask."""

from .command_kind import Field

DISPUTE = "The dispute"
ALARMS = "Immediate risk and alerts"
MENDING = "What was wrong, or is let go"
CASE = "The case itself"
CLOCKS = "Its clocks"
SEATS = "Who does it, and who is told"
GROUPS = (DISPUTE, ALARMS, MENDING, CASE, CLOCKS, SEATS)
"""In the order in which they are listed."""

WRITTEN = '"…"'
REASON = Field("reason", "Why?", "text", sample=WRITTEN)
WHY = REASON._replace(optional=True)
STAGE = Field("stage", "Which step, where several are open?", "name", optional=True)
DUTY = Field("duty", "Which duty?", "number", typed="by its number as `show` gives it")
ENTRY = Field("entry", "Which entry?", "number", typed="by its number")
UNTIL = Field("until", "Until when: a time, or a day to its end?", "day or time ahead")
TIMESCALE = Field("timescale", "Which of the policy's times?", "name")
AGENCY = Field("agency", "Which agency?", "agency")
VERSION = Field("version", "Which version of the plan? The newest, unless given.", "number", optional=True)
NEXT = (
    "With yes the next person is told at once, and your partnership’s office. It ends nothing: what is owed is still "
    "owed."
)
TEXTS = (
    Field("field", "Anything else that it needs, by its name?", "name=text", optional=True, several=True, is_text=True),
    WHY._replace(is_text=True),
    Field(
        "interim-safety",
        "What keeps the child safe meanwhile?",
        "text",
        optional=True,
        is_text=True,
        sample=WRITTEN,
    ),
    Field(
        "replacement", "What is the new date of the late action?", "day", optional=True, is_text=True, sample="{day}"
    ),
    Field(
        "fits-existing-plan",
        "Does it fit the child's plan?",
        "yes or no",
        optional=True,
        is_text=True,
        sample="yes",
    ),
    Field("note", "A few words more?", "text", optional=True, is_text=True),
)
