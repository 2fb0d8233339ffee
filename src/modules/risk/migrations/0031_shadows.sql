-- A candidate that decides beside what is in force, on live traffic, without any effect. A model of null is the one
-- in service.
create table shadows (
	id $ID,
	policy_id $INT not null references policies (id),
	model_id $INT,
	state text not null check (state in ('running', 'ended')),
	last_day $INT not null,
	user_id $INT not null,
	started_at $INT not null,
	ended_at $INT
) $STRICT;

create table shadow_tallies (
	shadow_id $INT not null references shadows (id),
	lane $INT not null,
	shadow_lane $INT not null,
	decided $INT not null,
	primary key (shadow_id, lane, shadow_lane)
) $STRICT;

create table shadow_differences (
	shadow_id $INT not null references shadows (id),
	decision_id $INT not null,
	consignment_id $INT not null,
	lane $INT not null,
	shadow_lane $INT not null,
	score $REAL,
	reasons text not null,
	primary key (shadow_id, decision_id)
) $STRICT;
