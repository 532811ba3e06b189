"""The commands, one a file, each under the name `command`; `starter.cli` lists them and loads what is asked for."""
