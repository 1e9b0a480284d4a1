"""A short requirement as a list of rules, each a condition with a verdict, and the points that follow from it.

`model.py`: rules and what they say of a situation; `deriving.py`: the situations worth trying; `chinese*.py`: the reader of
Chinese sentences.
"""
