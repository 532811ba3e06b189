"""Recording by forms: what a seat may record now, a form for each made from the table of commands, and what follows."""
