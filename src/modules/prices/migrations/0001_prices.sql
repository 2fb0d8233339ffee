-- Reference prices: per subheading, origin ('' is any) and unit, from a run until another. Numbers are millionths of the
-- reference currency per unit.
create table price_runs (
	id $ID,
	made_at $INT not null,
	first_day $INT not null,
	last_day $INT not null,
	currency text not null,
	rate $INT not null,
	item_count $INT not null,
	left_out_count $INT not null,
	reference_count $INT not null
) $STRICT;

create table price_references (
	id $ID,
	hs6 text not null,
	origin text not null,
	unit text not null,
	low $INT not null,
	first_quarter $INT not null,
	median $INT not null,
	third_quarter $INT not null,
	high $INT not null,
	observations $INT not null,
	bins_from $INT not null,
	bins_until $INT not null,
	bins text not null,
	digest text not null,
	from_run $INT not null references price_runs (id),
	until_run $INT references price_runs (id)
) $STRICT;
create unique index price_references_open on price_references (hs6, origin, unit) where until_run is null;
create index price_references_by_run on price_references (from_run);

-- National currency for one unit of another, on a day; those that a person gave count before those of declarations.
create table exchange_rates (
	currency text not null,
	day $INT not null,
	source text not null check (source in ('given', 'declared')),
	rate $INT not null,
	observations $INT not null,
	primary key (currency, day, source)
) $STRICT;
