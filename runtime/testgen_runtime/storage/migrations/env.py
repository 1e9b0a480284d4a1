"""Alembic's environment: renders SQL only, see storage/migrate.py."""

from __future__ import annotations

from alembic import context

# No BEGIN and COMMIT in the SQL: the transaction is the caller's.
context.configure(dialect_name="postgresql", transactional_ddl=False, literal_binds=True)
context.run_migrations()
