"""One command: a real PostgreSQL and a real Valkey from PyPI wheels, and the product's processes on top of them.

`folder` says where everything lies, `postgres`, `valkey` and `roles` make the servers, `servers` shares them between
all that use one data folder, `processes` names what runs in production and here alike, `preparing` makes tables, static
files and the demo, `supervisor` keeps the processes alive, `command` runs one management command, `install` is the half
that comes before any package is there.
"""
