/* A ring of pairs: what it is made of, and the digest of the compiled policy. */
#include "modules/risk/digest_memo.h"

#include <string.h>

void digest_memo_init(struct digest_memo *memo)
{
	*memo = (struct digest_memo){.next = 0};
	pthread_mutex_init(&memo->lock, NULL);
}

void digest_memo_destroy(struct digest_memo *memo)
{
	pthread_mutex_destroy(&memo->lock);
}

void digest_of_content(struct text source, struct text lists, unsigned char ret_content[DIGEST_SIZE])
{
	const struct text parts[2] = {source, lists};

	digest_of_parts(parts, 2, ret_content);
}

bool digest_memo_find(struct digest_memo *memo, const unsigned char content[DIGEST_SIZE],
	unsigned char ret_policy[DIGEST_SIZE])
{
	bool found = false;

	pthread_mutex_lock(&memo->lock);
	for (size_t i = 0; i < DIGESTS_REMEMBERED && !found; i++) {
		found = memo->rows[i].is_set && memcmp(memo->rows[i].content, content, DIGEST_SIZE) == 0;
		if (found)
			memcpy(ret_policy, memo->rows[i].policy, DIGEST_SIZE);
	}
	pthread_mutex_unlock(&memo->lock);
	return found;
}

void digest_memo_keep(struct digest_memo *memo, const unsigned char content[DIGEST_SIZE],
	const unsigned char policy[DIGEST_SIZE])
{
	struct digest_pair *row;

	pthread_mutex_lock(&memo->lock);
	row = &memo->rows[memo->next];
	memo->next = (memo->next + 1) % DIGESTS_REMEMBERED;
	memcpy(row->content, content, DIGEST_SIZE);
	memcpy(row->policy, policy, DIGEST_SIZE);
	row->is_set = true;
	pthread_mutex_unlock(&memo->lock);
}
