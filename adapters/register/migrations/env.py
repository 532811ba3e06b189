"""How Alembic runs here: inside the connection and the transaction that `upgrade.py` hands over."""

from alembic import context

from adapters.register.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="register_version",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
