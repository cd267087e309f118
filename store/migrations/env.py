"""Alembic's entry: it works on the connection that `store.database.engine` hands over."""

from alembic import context

given = context.config.attributes
context.configure(
    connection=given["connection"],
    render_as_batch=True,
    transaction_per_migration=False,
    version_table=given["numbered"],
)
context.run_migrations()
