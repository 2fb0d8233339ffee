-- Consignments (envois): declarations and bills of lading, with all versions of what was received.
create table imports (
	id $ID,
	file_name text not null,
	digest text not null,
	format text not null,
	size $INT not null,
	state text not null check (state in ('running', 'done', 'refused')),
	read_count $INT not null default 0,
	added_count $INT not null default 0,
	amended_count $INT not null default 0,
	unchanged_count $INT not null default 0,
	warning_count $INT not null default 0,
	error_count $INT not null default 0,
	refusal text,
	user_id $INT not null,
	started_at $INT not null,
	ended_at $INT
) $STRICT;
create index imports_by_digest on imports (digest, id);

create table import_problems (
	import_id $INT not null references imports (id),
	number $INT not null,
	level $INT not null,
	reference text,
	place text,
	message_id text not null,
	value_1 text,
	value_2 text,
	value_3 text,
	primary key (import_id, number)
) $STRICT;

create table consignments (
	id $INT primary key,
	identity text not null unique,
	stage $INT not null,
	reference text not null,
	office text,
	unit_path text not null,
	day $INT not null,
	flow text,
	regime text,
	manifest text,
	consignee_code text,
	consignee_name text,
	exporter_name text,
	declarant_code text,
	description text,
	item_count $INT not null,
	gross_mass $INT,
	customs_value $INT,
	version $INT not null,
	digest $BYTES not null,
	state text not null,
	lane $INT,
	score $REAL,
	decision_id $INT,
	search text not null,
	outcome $INT,
	recovered $INT,
	outcome_on $INT,
	row_version $INT not null default 1,
	received_at $INT not null,
	changed_at $INT not null
) $STRICT;
-- Lists go by day; with lane and unit in the index, what is filtered out costs no look at the table.
create index consignments_by_day on consignments (day, id, lane, unit_path);
create index consignments_to_control on consignments (day, id) where state = 'to_control';
create index consignments_held on consignments (received_at, id) where state = 'held';
create index bills_by_reference on consignments (reference, day, id) where stage = 0;

-- What was received, whole, packed (engine/consignment_pack.c): id is consignment_id * 65536 + version, so that the
-- newest go to the end and nothing else is needed to find one. Its digest is in the journal of its import.
-- Neither it nor a decision names other tables by a foreign key: rows of those are never deleted, and each of
-- thousands of rows a second would look them up again.
create table consignment_versions (
	id $INT primary key,
	import_id $INT not null,
	received_at $INT not null,
	content $BYTES not null
) $STRICT;

-- Ids given out in blocks, so that many rows can be written at once on both databases.
create table id_blocks (
	name text primary key,
	last_id $INT not null
) $STRICT;
insert into id_blocks (name, last_id) values ('consignments', 0);
insert into id_blocks (name, last_id) values ('outcomes', 0);

-- What became known of a consignment, in the order in which it became known.
create table outcomes (
	id $INT primary key,
	consignment_id $INT not null references consignments (id),
	adverse $INT not null,
	recovered $INT,
	known_on $INT not null,
	recorded_at $INT not null
) $STRICT;
create index outcomes_by_consignment on outcomes (consignment_id, id);
