-- What became of an operator's last consignments is asked on every page of a consignment: of those controlled alone, in an
-- index small enough to stay in memory, instead of a page of the disk for each row.
create index consignments_outcomes on consignments (id, outcome, recovered) where outcome is not null;
