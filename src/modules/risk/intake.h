#ifndef VIGIE_RISK_INTAKE_H
#define VIGIE_RISK_INTAKE_H
/* Inside the risk module only: what reading and storing of one file share. Up to three threads work on it: the
 * caller's reads into one batch; a second decides what is in the other, inside the transaction that will hold it;
 * a third writes the rows that are decided while the second decides the next ones. */
#include "engine/history_memory.h"
#include "modules/risk/risk_store.h"

#include <pthread.h>

enum {
	BATCH_ROWS = 8000, /* a commit writes each page of the indexes once, however many rows went there */
	FIRST_ROWS = 1000, /* of the first batch, which nobody decides while it is read; each has twice as many as the last */
	BATCH_SLOTS = 4 * BATCH_ROWS, /* of the table of identities; a quarter full at most */
	BILL_SLOTS = 1 << 16, /* of the ways to bills; half full at most, then the batch is */
	BATCH_BYTES = 8 << 20,
	BATCH_MEMORY = 1 << 30,
	PIECE_ROWS = 128, /* decided, then written together */
	OFFICES_KEPT = 64,
	PROBLEMS_KEPT = 2000 /* of one file */
};

struct waiting {
	struct text identity, content, office; /* in the batch's arena */
	uint64_t identity_hash;
	struct history_places *places; /* of the first EXPECTED_ITEMS items */
	unsigned char digest[DIGEST_SIZE];
	struct import_problem *problems;
	size_t problem_count;
	bool unchanged;
	bool is_refused; /* of an office for which the person may not bring anything */
};

struct batch {
	struct arena *arena; /* emptied after the batch */
	struct waiting *waiting;
	uint16_t *slots; /* place + 1 by identity */
	uint64_t *bills; /* what leads to a bill of the batch (its own reference, manifest, containers), hashed; 0: free */
	size_t count, bytes, bill_count;
};

/* What a batch does to the database: rows one after another, decided up to `decided`, written up to `written`. */
struct work {
	const struct waiting **waiting;
	struct consignment_change *changes;
	struct decision_record *records;
	size_t count;
	size_t refused; /* of the batch, not among these */
};

/* The thread that writes rows. All but `arena` and `status` under the lock; the database under its own lock. */
struct writing {
	pthread_t thread;
	pthread_mutex_t lock, database;
	pthread_cond_t changed;
	bool has_thread, must_stop;
	struct decider *decider;
	struct writer *writer; /* of the batch at hand; NULL: none */
	const struct work *work;
	size_t decided, written;
	struct arena *arena;
	enum status status; /* the first failure stays until the batch ends */
};
enum status writing_init(struct writing *writing, struct decider *decider) MUST_CHECK;
void writing_destroy(struct writing *writing);

/* The units of the offices of a batch. */
struct office_unit {
	struct text office, path; /* in the batch's arena */
};

struct intake_session {
	const struct intake *intake;
	struct import_row *row;
	struct batch batches[2];
	struct batch *filling, *storing;
	size_t batch_rows; /* of the batch that is being filled */
	struct buffer content; /* of the consignment at hand */
	int64_t passed_over; /* of an interrupted import: already taken */
	int64_t problem_number;
	struct text root_path;
	struct intake_progress progress;
	int fd;
	/* The thread that stores; what it uses above is its own while `storing` is set. */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool has_thread, must_stop;
	enum status stored; /* the first failure stays */
	struct writing writing;
	struct arena *piece; /* the consignments that are being decided */
	struct office_unit offices[OFFICES_KEPT];
	size_t office_count;
};
enum status intake_root_path(struct reader *reader, struct arena *arena, struct text *ret_path) MUST_CHECK;
/* The batch in session->storing, in one transaction. */
enum status intake_store(struct intake_session *session) MUST_CHECK;

#endif
