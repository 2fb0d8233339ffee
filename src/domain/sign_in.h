#ifndef VIGIE_DOMAIN_SIGN_IN_H
#define VIGIE_DOMAIN_SIGN_IN_H
/* Signing in: throttle, password, second factor, session. An unknown login, an inactive account and a wrong
 * password take the same time and give the same answer. Each step does its own transactions, since hashing
 * must not happen inside one. */
#include "domain/session.h"

enum { DEVICE_TOKEN_SIZE = SESSION_TOKEN_SIZE };

enum sign_in_outcome {
	SIGN_IN_REFUSED, /* login or password or code wrong */
	SIGN_IN_THROTTLED, /* try again after `wait` seconds */
	SIGN_IN_AWAITS_CODE, /* `token` is for sign_in_code(), good for five minutes */
	SIGN_IN_OPEN, /* `token` is the session's */
	SIGN_IN_EXPIRED, /* the five minutes are over: begin again */
};
struct sign_in {
	struct text login, password; /* first step */
	struct text token, code; /* second step */
	struct text device; /* the known-device cookie; may be missing */
	struct text address, agent;
};
struct sign_in_result {
	enum sign_in_outcome outcome;
	int64_t wait; /* seconds */
	int64_t seconds; /* absolute limit of the session */
	char token[SESSION_TOKEN_SIZE];
	char device[DEVICE_TOKEN_SIZE]; /* with SIGN_IN_OPEN: to be kept by the browser for a year */
	bool must_change_password;
};
enum status sign_in_password(struct database *database, const struct sign_in *attempt, int64_t now,
	struct sign_in_result *ret_result) MUST_CHECK;
enum status sign_in_code(struct database *database, const struct sign_in *attempt, int64_t now,
	struct sign_in_result *ret_result) MUST_CHECK;
/* Checks the password of a user who is signed in (before a change of password or second factor), throttled in
 * the user's own bucket. STATUS_INVALID: wrong; STATUS_THROTTLED. */
enum status sign_in_confirm(struct database *database, const struct actor *actor, struct text password, int64_t now)
	MUST_CHECK;

#endif
