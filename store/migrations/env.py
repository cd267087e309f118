"""Alembic's entry: it works on the connection that `store.database.engine` hands over."""

from alembic import context

from store.database.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=False
)
context.run_migrations()
