#ifndef VIGIE_ENGINE_SELECTION_H
#define VIGIE_ENGINE_SELECTION_H
/* The draws of selection: who is picked at random, who by a profile's share, who to reach the expected rate.
 * All are keyed hashes, so that an auditor who is given the period's key can compute them again. */
#include "engine/engine.h"

/* The identity of a consignment in draws: "office LF reference LF stage". Missing without memory. */
struct text selection_identity(struct arena *arena, const struct consignment *consignment);
/* HMAC-SHA-256(period key, SHA-256(identity)): an outsider who is given the digests alone can draw again, and finds a
 * consignment that he knows without learning which the others are. */
void selection_draw(const struct selection *selection, struct text identity, unsigned char ret_draw[32]);
void selection_draw_digest(const struct selection *selection, const unsigned char identity_digest[32],
	unsigned char ret_draw[32]);
/* Eight bytes of a draw from `at` as a number in 0 … 999 999 (micro of a share): the first 64-bit number,
 * big-endian, times a million, over 2^64. */
int64_t draw_number(const unsigned char draw[32], size_t at);
/* True when a profile of that share takes this consignment: HMAC(key, "profile LF code LF identity") below
 * the share. */
enum status selection_takes(const struct selection *selection, struct arena *arena, struct text code, int64_t share,
	struct text identity, bool *ret_takes) MUST_CHECK;
/* The lane of the random draw: its first number against the red, yellow and blue shares laid end to end;
 * green when it falls beyond. */
enum lane selection_random(const struct selection *selection, const unsigned char draw[32]);
/* The lane of the top-up, green when none: for red, then yellow, then blue, while more severe than `lane`.
 * What the lane lacks to be at its expected rate, HORIZON consignments from now, is spread over these
 * HORIZON; the draw's number for the lane (bytes 8, 16, 24) below that share selects. */
enum lane selection_top_up(const struct selection *selection, const struct selection_counts *counts, enum lane lane,
	const unsigned char draw[32]);
/* (expected × (decided + HORIZON) − lane so far) ÷ HORIZON, between 0 and 1, in micro. */
int64_t selection_top_up_share(int64_t expected, int64_t decided, int64_t so_far);
enum { SELECTION_HORIZON = 20 };

#endif
