#ifndef VIGIE_APP_PEOPLE_H
#define VIGIE_APP_PEOPLE_H
/* First accounts, for the commands. */
#include "store/store.h"
#include "base/catalogue.h"
#include "domain/actor.h"

struct person {
	const char *login, *name, *role;
	int64_t unit_id;
	enum language language;
	bool must_change; /* at the first sign-in */
};
/* Creates the account with a random password, put in ret_password (PASSWORD_RANDOM_SIZE bytes). */
enum status person_add(struct database *database, const struct person *person, char *ret_password) MUST_CHECK;
/* The root of the tree of units, made when there is none. */
enum status root_unit(struct writer *writer, const struct actor *actor, struct arena *arena, const char *name,
	int64_t *ret_id) MUST_CHECK;
/* Generates and stores demonstration traffic; offices become units below the root. `progress` may be NULL; *ret_best,
 * unless NULL, is what no model could beat on it. */
struct evaluation;
enum status demo_store(struct database *database, uint64_t seed, int64_t declarations, int years,
	void (*progress)(int64_t done), struct evaluation *ret_best) MUST_CHECK;

#endif
