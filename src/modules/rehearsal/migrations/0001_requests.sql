-- Rehearsals asked for on a page, taken up by a job. A policy of 0 is the one in force, a model of -1 the one in
-- service; the second side is missing when there is nothing to compare with.
create table rehearsal_requests (
	id $ID,
	state text not null check (state in ('asked', 'running', 'done', 'failed')),
	from_day $INT not null,
	to_day $INT not null,
	policy_id $INT not null,
	model_id $INT not null,
	selection text not null,
	second_policy_id $INT,
	second_model_id $INT,
	second_selection text,
	done $INT not null default 0,
	total $INT not null default 0,
	rehearsal_id $INT references rehearsals (id),
	problem text,
	user_id $INT not null,
	asked_at $INT not null,
	started_at $INT,
	ended_at $INT
) $STRICT;
create index rehearsal_requests_waiting on rehearsal_requests (id) where state in ('asked', 'running');
