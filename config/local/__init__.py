"""One command: a real PostgreSQL and a real Valkey from wheels, and the product's processes on top of them.

`folder`, `locks` and `stamps` say where things lie, whose they are and what is done already; `postgres`, `valkey` and
`roles` make the servers, `servers` shares them between all that use one data folder; `processes` names what runs, in
production and here alike; `preparing` makes tables, static files and the demo, `supervisor` keeps processes alive,
`product` is `make run`, `command` is `manage.py local`, `install` the half that comes before any package is there.
"""
