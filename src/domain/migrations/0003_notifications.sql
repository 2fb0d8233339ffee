-- What people are told: in the application at once, and by the channels each person chose. A message is kept as an id
-- of the catalogue with its values, so that everybody reads it in their own language.
create table notifications (
	id $ID,
	user_id $INT not null references users (id),
	kind text not null,
	message_id text not null,
	value_1 text,
	value_2 text,
	value_3 text,
	path text not null,
	created_at $INT not null,
	read_at $INT
) $STRICT;
create index notifications_by_user on notifications (user_id, id);
create index notifications_unread on notifications (user_id) where read_at is null;

-- How a person is reached: one row per channel. mode: each message at once, one digest a day, or never.
create table notification_preferences (
	user_id $INT not null references users (id),
	channel text not null,
	address text not null,
	mode text not null check (mode in ('each', 'daily', 'never')),
	changed_at $INT not null,
	primary key (user_id, channel)
) $STRICT;

-- What goes out: waiting (tried again at next_at), digest (until the day's digest), sent, refused (for good), given_up.
create table notification_deliveries (
	id $ID,
	notification_id $INT not null references notifications (id),
	user_id $INT not null,
	channel text not null,
	state text not null check (state in ('waiting', 'digest', 'sent', 'refused', 'given_up')),
	attempts $INT not null default 0,
	next_at $INT not null,
	sent_at $INT,
	problem text
) $STRICT;
create index notification_deliveries_due on notification_deliveries (state, next_at);
