"""Does each row's test notice when its rule is taken away? `python -m tests.mutations --seed 1 --rows 20`."""
