-- Who has put the first tour away.
create table help_tours (
	user_id $INT not null primary key references users (id),
	ended_at $INT not null
) $STRICT;
