"""Bases of the API. REST framework is known here and in the apps' own `api`, and nowhere below."""
