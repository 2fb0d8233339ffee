-- For one operator a profile asks for nothing until a date (included). Ended early: ended_at.
create table risk_suppressions (
	id $ID,
	profile text not null,
	operator text not null,
	valid_from $INT not null,
	valid_until $INT not null,
	reason text not null,
	created_by $INT not null,
	created_name text not null,
	created_at $INT not null,
	ended_by $INT,
	ended_name text,
	ended_at $INT,
	row_version $INT not null default 1
) $STRICT;
create index risk_suppressions_by_operator on risk_suppressions (operator, id);

-- An entry of a list can be ended, and by whom.
alter table risk_list_entries add column ended_by $INT;
alter table risk_list_entries add column ended_at $INT;
