-- Each import belongs to a unit: that of who brought it, or the whole administration.
alter table imports add column unit_path text not null default '/';
update imports set unit_path = coalesce((select path from units where parent_id is null order by id limit 1), '/');
