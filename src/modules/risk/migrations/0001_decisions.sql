-- Policies, models, selection settings, draw periods and the decisions made with them.
create table policies (
	id $ID,
	digest $BYTES not null unique,
	source text not null,
	lists text not null,
	state text not null check (state in ('draft', 'active', 'retired')),
	row_version $INT not null default 1,
	profile_count $INT not null,
	created_by $INT not null,
	created_at $INT not null,
	activated_by $INT,
	activated_at $INT
) $STRICT;

create table models (
	id $ID,
	digest $BYTES not null unique,
	artefact text not null,
	state text not null check (state in ('off', 'on')),
	row_version $INT not null default 1,
	trained_on $INT not null,
	measured_on $INT not null,
	data_from $INT not null,
	data_until $INT not null,
	auc $REAL not null,
	average_precision $REAL not null,
	precision_at_5 $REAL not null,
	precision_at_10 $REAL not null,
	created_by $INT not null,
	created_at $INT not null
) $STRICT;

-- How lanes are shared out, per office and regime ('' is any); a change is a new row, so that a decision can
-- name the row it was made with.
create table selections (
	id $ID,
	office text not null,
	regime text not null,
	expected_red $INT not null,
	expected_yellow $INT not null,
	expected_blue $INT not null,
	random_red $INT not null,
	random_yellow $INT not null,
	random_blue $INT not null,
	hits_without_selection $INT not null,
	score_red $INT,
	score_yellow $INT,
	score_blue $INT,
	green_delay_minutes $INT not null,
	yellow_to_blue_days $INT not null,
	valid_from $INT not null,
	created_by $INT not null,
	created_at $INT not null
) $STRICT;
create index selections_by_scope on selections (office, regime, id);

-- The key of each period's random draw: its digest is published before, the key after.
create table draw_periods (
	id $ID,
	first_day $INT not null unique,
	last_day $INT not null,
	draw_key $BYTES not null,
	key_digest $BYTES not null,
	created_at $INT not null
) $STRICT;

create table selection_counts (
	period_id $INT not null references draw_periods (id),
	office text not null,
	regime text not null,
	decided $INT not null,
	green $INT not null,
	blue $INT not null,
	yellow $INT not null,
	red $INT not null,
	spared_hits $INT not null,
	primary key (period_id, office, regime)
) $STRICT;

-- `basis` is all else that the decision was made with, packed (risk/decision_store.c): model, selection, period,
-- counterpart, draw, counters before and what the histories answered. `reasons` is JSON, or null where an earlier
-- decision, `reasons_of`, has the same: most decisions share a few reasons.
create table decisions (
	id $INT primary key,
	consignment_id $INT not null,
	version $INT not null,
	gate $INT not null,
	decided_at $INT not null,
	decided_on $INT not null,
	lane $INT not null,
	score $REAL,
	policy_id $INT not null,
	basis $BYTES not null,
	reasons text,
	reasons_of $INT
) $STRICT;
create index decisions_after_release on decisions (consignment_id) where gate = 2;
insert into id_blocks (name, last_id) values ('decisions', 0);

-- Lists that profiles name (operators, goods, places, vessels), with dates and reasons.
create table risk_lists (
	id $ID,
	code text not null unique,
	title text not null,
	created_by $INT not null,
	created_at $INT not null
) $STRICT;

create table risk_list_entries (
	id $ID,
	list_id $INT not null references risk_lists (id),
	value text not null,
	valid_from $INT,
	valid_until $INT,
	reason text not null,
	created_by $INT not null,
	created_at $INT not null
) $STRICT;
create index risk_list_entries_by_list on risk_list_entries (list_id, id);
