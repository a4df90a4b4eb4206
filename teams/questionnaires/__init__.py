"""The engine of questionnaires: forms, wordings, tallies and the smallest group. It knows no wave and no person."""
