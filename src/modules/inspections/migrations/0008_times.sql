-- The pictures of the home page count results by the time they were recorded.
create index if not exists inspections_by_time on inspections (recorded_at);
