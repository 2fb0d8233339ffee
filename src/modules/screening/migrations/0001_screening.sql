-- Lists of names with all their versions, and what screening found of the parties of consignments.
create table screening_lists (
	id $ID,
	code text not null unique,
	title text not null,
	mapping text not null,
	is_active $INT not null default 1,
	row_version $INT not null default 1,
	created_by $INT not null,
	created_at $INT not null
) $STRICT;

create table screening_versions (
	id $ID,
	list_id $INT not null references screening_lists (id),
	source text not null,
	digest $BYTES not null,
	published text,
	taken_at $INT not null,
	actor_id $INT not null,
	actor_name text not null,
	added $INT not null,
	changed $INT not null,
	removed $INT not null,
	entry_count $INT not null
) $STRICT;
create index screening_versions_by_list on screening_versions (list_id, id);

-- A row is in force from a version until another; what changed is closed and opened anew. `names` has a name a line.
create table screening_entries (
	id $ID,
	list_id $INT not null references screening_lists (id),
	reference text not null,
	kind text not null check (kind in ('person', 'firm', 'vessel')),
	names text not null,
	identifiers text,
	country text,
	born text,
	program text,
	remark text,
	digest $BYTES not null,
	from_version $INT not null references screening_versions (id),
	until_version $INT references screening_versions (id)
) $STRICT;
create unique index screening_entries_open on screening_entries (list_id, reference) where until_version is null;
create index screening_entries_by_reference on screening_entries (list_id, reference, id);

-- A change of lists or of what people said of matches: deciders look at it to know whether theirs is old.
create table screening_state (
	id $INT primary key,
	changes $INT not null,
	parties_until $INT not null,
	screened_changes $INT not null
) $STRICT;
insert into screening_state (id, changes, parties_until, screened_changes) values (1, 0, 0, 0);

-- Who was met so far, once each, to be looked at again when a list changes.
create table screening_parties (
	id $ID,
	is_vessel $INT not null,
	name text not null,
	code text not null,
	role text not null,
	consignment_id $INT not null,
	unit_path text not null,
	first_seen_at $INT not null,
	unique (is_vessel, name, code)
) $STRICT;

create table screening_matches (
	id $ID,
	party_key text not null,
	party text not null,
	party_code text not null,
	role text not null,
	list_id $INT not null references screening_lists (id),
	reference text not null,
	listed text not null,
	entry_digest $BYTES not null,
	score $INT not null,
	explanation text not null,
	state text not null check (state in ('open', 'confirmed', 'cleared')),
	reason text,
	until $INT,
	decided_by $INT,
	decided_name text,
	decided_at $INT,
	consignment_id $INT not null,
	unit_path text not null,
	seen_count $INT not null default 1,
	first_seen_at $INT not null,
	last_seen_at $INT not null,
	row_version $INT not null default 1,
	unique (party_key, party_code, list_id, reference)
) $STRICT;
create index screening_matches_by_state on screening_matches (state, id);

-- A file that was compared and waits to be taken; gone when it is, or after a day.
create table screening_drafts (
	id $ID,
	code text not null,
	title text not null,
	source text not null,
	mapping text not null,
	content $BYTES not null,
	created_by $INT not null,
	created_at $INT not null
) $STRICT;
