"""Who uses this installation, what each may do, and what is kept of their looks until the register takes it."""
