-- The lists of a unit are the merge of two indexes, each row in one of them only: what is controlled stands in
-- consignments_controlled, all else here. Both go the same way, so that a declaration is written into one index less.
drop index if exists consignments_by_unit;
create index consignments_by_unit on consignments (unit_path, lane, day, id, stage) where state <> 'controlled';
