"""Procedures: forms that a worker fills in, one question at a time, and what becomes of them.

`forms/*.yml` describe them (docs/procedures.md); `Form` is such a description, `Filled` what a worker answered so far,
`Filling` the rules of one turn. `Drafts` keeps what is not sent yet.
"""
