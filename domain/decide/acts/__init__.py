"""Acts: what people do and record, the plan and its actions, and what is asked first."""
