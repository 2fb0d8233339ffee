-- Code lists, dated: a row is in force from valid_from until the day before valid_until (null: no end known). What
-- changes closes the old row and opens a new one. Dates are days since 1970-01-01, rates millionths.

create table reference_imports (
	id $ID,
	kind text not null,
	taken_at $INT not null,
	from_date $INT not null,
	actor_id $INT,
	actor_name text not null,
	source text not null,
	digest $BYTES not null,
	added $INT not null,
	changed $INT not null,
	removed $INT not null
) $STRICT;
create index reference_imports_kind on reference_imports (kind, taken_at);

create table reference_codes (
	id $ID,
	kind text not null,
	code text not null,
	label text not null,
	label_en text,
	label_pt text,
	label_es text,
	parent text,
	unit text,
	rate $INT,
	details text,
	search text not null,
	valid_from $INT not null,
	valid_until $INT,
	import_id $INT not null references reference_imports (id),
	closed_by $INT references reference_imports (id)
) $STRICT;
create index reference_codes_code on reference_codes (kind, code, valid_from);
create unique index reference_codes_open on reference_codes (kind, code) where valid_until is null;
