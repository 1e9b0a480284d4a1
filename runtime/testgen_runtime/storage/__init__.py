"""PostgreSQL: the pool, transactions, migrations, and the embedded server of a laptop. Tables belong to other rooms."""
