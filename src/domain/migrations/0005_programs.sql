-- Programs that use the interface: accounts without a password, their tokens, answers kept for repeated requests.

create table programs (
	user_id $INT not null primary key references users (id),
	purpose text not null,
	per_minute $INT not null,
	created_by $INT not null,
	created_at $INT not null
) $STRICT;

-- Only the digest of a token is kept; `hint` is its first letters, to tell tokens apart.
create table program_tokens (
	id $ID,
	user_id $INT not null references users (id),
	digest $BYTES not null unique,
	hint text not null,
	created_by $INT not null,
	created_at $INT not null,
	expires_at $INT not null,
	ended_at $INT,
	seen_at $INT
) $STRICT;
create index program_tokens_user on program_tokens (user_id, id);

create table kept_answers (
	user_id $INT not null references users (id),
	key text not null,
	request $BYTES not null,
	kept_at $INT not null,
	http $INT not null,
	body text not null,
	primary key (user_id, key)
) $STRICT;
create index kept_answers_time on kept_answers (kept_at);

-- events: blank-separated names, "inspection.*" for all of a kind, "*" for all.
create table webhooks (
	id $ID,
	user_id $INT not null references users (id),
	url text not null,
	events text not null,
	secret $BYTES not null,
	is_active $INT not null default 1,
	created_by $INT not null,
	created_at $INT not null,
	version $INT not null default 1
) $STRICT;
create index webhooks_user on webhooks (user_id, id);

-- state: waiting, done, given_up
create table webhook_deliveries (
	id $ID,
	webhook_id $INT not null references webhooks (id),
	event text not null,
	body text not null,
	state text not null,
	attempts $INT not null default 0,
	created_at $INT not null,
	next_at $INT not null,
	ended_at $INT,
	http $INT,
	problem text
) $STRICT;
create index webhook_deliveries_due on webhook_deliveries (state, next_at);
create index webhook_deliveries_of on webhook_deliveries (webhook_id, id);
