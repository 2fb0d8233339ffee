#ifndef VIGIE_RISK_DIGEST_MEMO_H
#define VIGIE_RISK_DIGEST_MEMO_H
/* The digests of the last candidates that were compiled to know them. A policy's digest follows from its source and lists
 * alone, so what is remembered by their digest cannot become untrue. Several threads may use one. */
#include "base/secret.h"
#include "base/text.h"

#include <pthread.h>
#include <stdbool.h>

enum { DIGESTS_REMEMBERED = 64 };

struct digest_memo {
	pthread_mutex_t lock;
	struct digest_pair {
		unsigned char content[DIGEST_SIZE], policy[DIGEST_SIZE];
		bool is_set;
	} rows[DIGESTS_REMEMBERED];
	size_t next; /* the row to be written over */
};

void digest_memo_init(struct digest_memo *memo);
void digest_memo_destroy(struct digest_memo *memo);
/* Of source and lists, by which a policy is remembered. */
void digest_of_content(struct text source, struct text lists, unsigned char ret_content[DIGEST_SIZE]);
bool digest_memo_find(struct digest_memo *memo, const unsigned char content[DIGEST_SIZE],
	unsigned char ret_policy[DIGEST_SIZE]);
void digest_memo_keep(struct digest_memo *memo, const unsigned char content[DIGEST_SIZE],
	const unsigned char policy[DIGEST_SIZE]);

#endif
