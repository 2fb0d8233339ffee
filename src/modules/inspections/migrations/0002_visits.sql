-- Visits: who controls which consignment, from the assignment to the result. What is typed during a visit is kept field
-- by field with every value it had, so that two people (or a telephone that was off line) can be merged, never
-- overwritten unseen.
create table visits (
	id $ID,
	consignment_id $INT not null references consignments (id),
	unit_path text not null,
	kind text not null check (kind in ('first', 'second')),
	state text not null check (state in ('waiting', 'assigned', 'under_way', 'done', 'withdrawn')),
	inspector_id $INT references users (id),
	assigned_by $INT,
	assigned_at $INT,
	planned_on $INT,
	started_at $INT,
	ended_at $INT,
	consignment_version $INT not null,
	first_id $INT references inspections (id),
	inspection_id $INT references inspections (id),
	row_version $INT not null default 1,
	created_at $INT not null
) $STRICT;
create unique index visits_open on visits (consignment_id) where state in ('waiting', 'assigned', 'under_way');
create index visits_by_inspector on visits (inspector_id, state, ended_at);
create index visits_by_state on visits (state, id);
create index visits_by_consignment on visits (consignment_id, id);

-- version is the visit's row_version after the change.
create table visit_fields (
	visit_id $INT not null references visits (id),
	name text not null,
	version $INT not null,
	value text not null,
	changed_by $INT not null,
	changed_at $INT not null,
	primary key (visit_id, name, version)
) $STRICT;

-- Where it was taken in millionths of a degree, when the officer allowed it. client_key: what is sent twice is kept once.
create table visit_photos (
	id $ID,
	visit_id $INT not null references visits (id),
	document_id $INT not null references documents (id),
	item_number $INT not null,
	taken_at $INT,
	latitude $INT,
	longitude $INT,
	client_key text not null,
	added_by $INT not null,
	added_at $INT not null,
	unique (visit_id, client_key)
) $STRICT;

create table inspection_items (
	inspection_id $INT not null references inspections (id),
	item_number $INT not null,
	result text not null,
	quantity text not null,
	note text not null,
	primary key (inspection_id, item_number)
) $STRICT;

alter table inspections add column next_step text;
alter table inspections add column visit_id $INT;
alter table inspections add column second_of $INT;
