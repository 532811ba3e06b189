"""The commands, one a file, each under the name `command`; a group's file holds its own commands too.

`starter.cli` lists them and loads what is asked for.
"""
