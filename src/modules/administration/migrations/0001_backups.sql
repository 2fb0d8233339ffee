-- Backups: asked for by somebody or by the clock, written by a job. Times are UTC microseconds.
create table backups (
	id $ID,
	state text not null check (state in ('asked', 'running', 'done', 'failed')),
	asked_by text not null,
	asked_at $INT not null,
	started_at $INT,
	ended_at $INT,
	path text,
	size $INT,
	problem text,
	removed_at $INT
) $STRICT;
create index backups_by_state on backups (state, id);
