-- What a policy would have done over a stretch of the past, worked out before anyone may put it into force.
create table rehearsals (
	id $ID,
	policy_digest $BYTES not null,
	from_day $INT not null,
	to_day $INT not null,
	summary text not null,
	result text not null,
	user_id $INT not null,
	at $INT not null
) $STRICT;
create index rehearsals_by_policy on rehearsals (policy_digest, id);
