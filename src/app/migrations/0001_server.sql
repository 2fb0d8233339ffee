-- Secrets of the servers of this database.
create table server_secrets (
	name text primary key,
	value $BYTES not null
) $STRICT;
