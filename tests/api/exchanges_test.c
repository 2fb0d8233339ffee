/* Recorded exchanges: each operation that `vigie openapi` describes is asked for and goes well at least once
 * (exchanges.txt), on both databases; statuses are the recorded ones, and every answer fits the description. An operation
 * that is never asked for fails the test. VIGIE_EXCHANGES=write adds what is missing with a plain request and writes down
 * what came, to be read before it is committed; its first success is then written by hand. */
#include "exchange_file.h"

#include "base/test.h"
#include "store/test_database.h"

static void exchange_all(const char *url)
{
	exchange_file_run(url, "exchanges.txt", true);
}
TEST(api_every_operation_is_asked_for_and_answers_as_described) { test_each_url(exchange_all); }

static void whole_day(const char *url)
{
	exchange_file_run(url, "day.txt", false);
}
TEST(api_a_whole_day_of_an_administration) { test_each_url(whole_day); }
