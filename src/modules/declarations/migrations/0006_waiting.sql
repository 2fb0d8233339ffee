-- What time does to lanes is looked at every minute: only what has waited long enough, not all that waits.
create index consignments_waiting on consignments (lane, received_at) where state = 'to_control';
create index consignments_held_since on consignments (lane, received_at) where state = 'held';
