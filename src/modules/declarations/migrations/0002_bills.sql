-- What leads from a declaration to its bill of lading when no item names the bill: the manifest, and the containers,
-- which come again with other goods, so that the day says which bill is meant. A container stands in capitals and
-- digits only.
create index bills_by_manifest on consignments (manifest, id) where stage = 0;

create table bill_containers (
	container text not null,
	consignment_id $INT not null references consignments (id),
	primary key (container, consignment_id)
) $STRICT;
create index bill_containers_by_bill on bill_containers (consignment_id);
