-- Who approved a model (never who trained it), and what was measured of models over the stored past.
create table model_approvals (
	id $ID,
	model_id $INT not null unique, -- of the risk module
	approved_by $INT not null references users (id),
	approved_at $INT not null,
	note text not null
) $STRICT;

create table model_runs (
	id $ID,
	kind text not null check (kind in ('train', 'measure', 'compare')),
	model_id $INT,
	other_id $INT,
	day_from $INT not null,
	day_until $INT not null,
	state text not null check (state in ('waiting', 'done', 'failed')),
	result text not null,
	created_by $INT not null,
	created_at $INT not null,
	ended_at $INT
) $STRICT;
create index model_runs_by_kind on model_runs (kind, model_id, id);
