"""How Alembic runs the migrations: on the connection that opened the register, inside its transaction."""

from alembic import context

from docgen.register.schema import VERSION_TABLE, metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
