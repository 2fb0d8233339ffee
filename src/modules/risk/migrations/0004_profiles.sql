-- Profiles with their versions: the policy in force is made of the active ones. What was proposed once is kept as it
-- was; only a draft that nobody has seen yet is written over by its author.
create table profiles (
	id $ID,
	code text not null unique,
	created_by $INT not null,
	created_at $INT not null
) $STRICT;

create table profile_versions (
	id $ID,
	profile_id $INT not null references profiles (id),
	number $INT not null,
	state text not null check (state in ('draft', 'proposed', 'active', 'retired')),
	row_version $INT not null default 1,
	title text not null,
	lane $INT not null,
	source text not null,
	note text not null,
	author_id $INT not null,
	written_at $INT not null,
	proposed_by $INT,
	proposed_at $INT,
	activated_by $INT,
	activated_at $INT,
	retired_by $INT,
	retired_at $INT,
	reason text,
	unique (profile_id, number)
) $STRICT;
create index profile_versions_by_state on profile_versions (state, profile_id);

create table profile_comments (
	id $ID,
	profile_id $INT not null references profiles (id),
	version_number $INT not null,
	author_id $INT not null,
	written_at $INT not null,
	content text not null
) $STRICT;
create index profile_comments_by_profile on profile_comments (profile_id, id);

-- What became of profiles, gathered by a job from decisions and outcomes up to the marks.
create table profile_days (
	code text not null,
	day $INT not null,
	hits $INT not null,
	selected $INT not null,
	primary key (code, day)
) $STRICT;

create table profile_findings (
	code text not null,
	consignment_id $INT not null references consignments (id),
	day $INT not null,
	lane $INT not null,
	adverse $INT not null,
	recovered $INT,
	primary key (code, consignment_id)
) $STRICT;

-- How long the control of a consignment took, in minutes, when it was measured.
create table control_times (
	consignment_id $INT not null primary key references consignments (id),
	minutes $INT not null
) $STRICT;

create table profile_marks (
	name text not null primary key,
	last_id $INT not null
) $STRICT;
insert into profile_marks (name, last_id) values ('decisions', 0);
insert into profile_marks (name, last_id) values ('outcomes', 0);
