-- When a person is away, and who stands in. Days since 1970, both included.
create table absences (
	id $ID,
	user_id $INT not null references users (id),
	from_day $INT not null,
	to_day $INT not null,
	deputy_id $INT references users (id),
	note text not null default '',
	created_by $INT not null,
	created_at $INT not null,
	check (to_day >= from_day),
	check (deputy_id is null or deputy_id <> user_id)
) $STRICT;
create index absences_by_user on absences (user_id, to_day);
create index absences_by_day on absences (to_day);
