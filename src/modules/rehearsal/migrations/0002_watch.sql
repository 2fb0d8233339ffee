-- What the watch found at its last run, and the alerts it raised. An office of '' is the whole administration.
create table watch_figures (
	office text not null,
	measure text not null,
	subject text not null,
	before_count $INT not null,
	recent_count $INT not null,
	before_value $INT,
	recent_value $INT,
	drift $INT,
	level $INT not null,
	run_at $INT not null,
	primary key (office, measure, subject)
) $STRICT;

create table watch_alerts (
	id $ID,
	office text not null,
	unit_path text not null,
	measure text not null,
	subject text not null,
	level $INT not null,
	raised_at $INT not null,
	ended_at $INT
) $STRICT;
create index watch_alerts_open on watch_alerts (office, measure, subject) where ended_at is null;
