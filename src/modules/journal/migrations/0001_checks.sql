-- Each time the whole journal was computed again, and what came of it.
create table journal_checks (
	id $ID,
	checked_at $INT not null,
	span $INT not null,
	intact $INT not null,
	rows_checked $INT not null,
	blocks_checked $INT not null,
	rows_unsealed $INT not null,
	broken_block $INT not null,
	broken_row $INT not null,
	head $BYTES not null
) $STRICT;
