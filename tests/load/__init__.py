"""How fast the product is, as ratios: `make bench`. docs/how-to/measure-speed.md says what each line means.

`__main__` starts the servers and makes the rows, `measure` does the rest as the app role, one module for each line of
the table. Nothing here is a test that `make test` runs; tests/load/test_*.py hold that the instruments work.
"""
