#ifndef VIGIE_TESTS_API_EXCHANGE_FILE_H
#define VIGIE_TESTS_API_EXCHANGE_FILE_H
/* Files of exchanges between programs and the running server, a line a step:
 *
 *   # words for the reader
 *   program LOGIN ROLE [UNIT]       an account with a token, made by the command; it speaks from here on
 *   as LOGIN                        another speaks
 *   run WORDS                       a command of the program with --db, which must end well
 *   GET /api/v1/… 200 -             what is asked, the status that comes, the JSON given ("-": none)
 *   POST /api/v1/… 200 @FILE        an upload in the field "fichiers"; @field=FILE names it, @field=FILE&name=value adds
 *   ~ /items/0/id as name           what stands there in the last answer is $name from here on; [code=X] in place of a
 *                                   number seeks the element whose member is that
 *   ! POST /api/v1/… WHY            an operation that need not go well here, and why
 *   = /items/0/code VALUE           … is that; "= /items empty" and "= /items has 3" look at lists
 *   $today, $soon (in a month) and $later (in more than a year) are days.
 *
 * Each answer is held to the description that `vigie openapi` prints. Beside what is written, each answer's rates are
 * looked at, what was read is asked for again by its tag (304), and each action that goes well is first tried with a tag
 * that is not so (412). */
#include <stdbool.h>

/* Plays the file over an empty database with one declaration. `must_ask_all`: an operation of the description that is
 * never asked for, or never with success, fails; VIGIE_EXCHANGES=write then writes down what came. */
void exchange_file_run(const char *url, const char *file, bool must_ask_all);

#endif
