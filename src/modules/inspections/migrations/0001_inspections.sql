-- What officers found. A correction is a new row that replaces the one before; nothing is overwritten.
create table inspections (
	id $ID,
	consignment_id $INT not null references consignments (id),
	decision_id $INT,
	result text not null,
	recovered $INT,
	currency text not null,
	note text not null,
	inspector_id $INT not null,
	recorded_at $INT not null,
	replaces_id $INT references inspections (id)
) $STRICT;
create index inspections_by_consignment on inspections (consignment_id, id);
