"""Two made-up counties for trying things out and for tests: same shape, same names, same URNs, nothing real in them.

`names` are words that no place bears, `counties` says what each county is made of, `staff` who works there, and `files`
writes the government's files about it. `loading` brings a county in the way an administrator would; `agreements` leaves
its agreements in every state there is.
"""
