/* Merkle paths of all trees of up to forty leaves lead to their root, and to no other. */
#include "domain/journal_proof.h"
#include "base/test.h"

#include <string.h>

enum { MOST = 40 };

TEST(journal_paths_lead_to_the_root_of_their_tree_alone)
{
	static unsigned char leaves[MOST][DIGEST_SIZE];
	unsigned char path[JOURNAL_PATH][DIGEST_SIZE], root[DIGEST_SIZE], first[DIGEST_SIZE];

	for (size_t i = 0; i < MOST; i++)
		digest_of((struct text){(const char *)&i, sizeof i}, leaves[i]);
	for (size_t count = 1; count <= MOST; count++)
		for (size_t index = 0; index < count; index++) {
			size_t length = journal_path((const unsigned char (*)[DIGEST_SIZE])leaves, count, index, path);

			REQUIRE(journal_path_root(leaves[index], count, index, (const unsigned char (*)[DIGEST_SIZE])path,
				length, root));
			if (!index)
				memcpy(first, root, sizeof first);
			CHECK(memcmp(first, root, sizeof root) == 0);
			CHECK(!journal_path_root(leaves[index], count, count, (const unsigned char (*)[DIGEST_SIZE])path,
				length, root));
			if (count == 1)
				continue;
			path[0][0] ^= 1;
			REQUIRE(journal_path_root(leaves[index], count, index, (const unsigned char (*)[DIGEST_SIZE])path,
				length, root));
			CHECK(memcmp(first, root, sizeof root) != 0);
			CHECK(!journal_path_root(leaves[index], count, index, (const unsigned char (*)[DIGEST_SIZE])path,
				length - 1, root));
		}
}
