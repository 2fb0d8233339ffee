/* Journeys: what people do with Vigie, told as conversations with the real program on both databases. */
#include "conversation.h"

#include "base/test.h"
#include "store/test_database.h"

static void newcomer(const char *url)
{
	conversation_run(url, "newcomer.talk");
}

static void offices(const char *url)
{
	conversation_run(url, "offices.talk");
}

static void sessions(const char *url)
{
	conversation_run(url, "sessions.talk");
}

static void languages(const char *url)
{
	conversation_run(url, "languages.talk");
}

static void versions(const char *url)
{
	conversation_run(url, "versions.talk");
}

static void profile(const char *url)
{
	conversation_run(url, "profile.talk");
}

static void administration(const char *url)
{
	conversation_run(url, "administration.talk");
}

TEST(journey_of_a_profile) { test_each_url(profile); }
TEST(journey_of_administration) { test_each_url(administration); }
TEST(journey_of_a_newcomer) { test_each_url(newcomer); }
TEST(journey_between_offices) { test_each_url(offices); }
TEST(journey_of_sessions) { test_each_url(sessions); }
TEST(journey_in_four_languages) { test_each_url(languages); }
TEST(journey_of_versions) { test_each_url(versions); }

static void visits(const char *url)
{
	conversation_run(url, "visits.talk");
}
TEST(journey_visits) { test_each_url(visits); }

static void models(const char *url)
{
	conversation_run(url, "models.talk");
}
TEST(journey_of_models) { test_each_url(models); }
