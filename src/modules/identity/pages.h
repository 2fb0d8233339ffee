#ifndef VIGIE_MODULES_IDENTITY_PAGES_H
#define VIGIE_MODULES_IDENTITY_PAGES_H
/* The handlers of the module's routes, and what they share. */
#include "web/module.h"
#include "web/page.h"

enum status sign_in_page(struct request *rq, struct reader *db);
enum status sign_in_submit(struct request *rq, struct database *database);
enum status code_page(struct request *rq, struct reader *db);
enum status code_submit(struct request *rq, struct database *database);
enum status sign_out_submit(struct request *rq, struct writer *db);

enum status account_page(struct request *rq, struct reader *db);
enum status account_submit(struct request *rq, struct writer *db);
enum status account_password_submit(struct request *rq, struct database *database);
enum status account_session_end(struct request *rq, struct writer *db);
enum status account_sessions_end(struct request *rq, struct writer *db);
enum status factor_begin(struct request *rq, struct writer *db);
enum status factor_page(struct request *rq, struct reader *db);
enum status factor_confirm(struct request *rq, struct writer *db);
enum status factor_remove(struct request *rq, struct database *database);
enum status recovery_renew(struct request *rq, struct database *database);

enum status users_page(struct request *rq, struct reader *db);
enum status user_new_page(struct request *rq, struct reader *db);
enum status user_new_submit(struct request *rq, struct database *database);
enum status user_page(struct request *rq, struct reader *db);
enum status user_grant_submit(struct request *rq, struct writer *db);
enum status user_revoke_submit(struct request *rq, struct writer *db);
enum status user_active_submit(struct request *rq, struct writer *db);
enum status user_password_submit(struct request *rq, struct database *database);
enum status user_factor_submit(struct request *rq, struct writer *db);

enum status units_page(struct request *rq, struct reader *db);
enum status units_submit(struct request *rq, struct writer *db);
enum status unit_page(struct request *rq, struct reader *db);
enum status unit_change_submit(struct request *rq, struct writer *db);

enum status roles_page(struct request *rq, struct reader *db);
enum status role_new_submit(struct request *rq, struct writer *db);
enum status role_page(struct request *rq, struct reader *db);
enum status role_change_submit(struct request *rq, struct writer *db);
enum status role_remove_submit(struct request *rq, struct writer *db);

enum status absences_page(struct request *rq, struct reader *db);
enum status absence_submit(struct request *rq, struct writer *db);
enum status absence_remove_submit(struct request *rq, struct writer *db);

/* A text in the request's language. */
struct text in_language(const struct request *rq, const char *id);
/* The languages as choices, LANGUAGE_COUNT of them. */
void language_choices(struct choice ret_choices[LANGUAGE_COUNT]);
/* The units where the actor holds the permission, indented by depth; the value of each is its id. */
enum status unit_choices(struct request *rq, struct reader *db, const char *permission, struct choice **ret_choices,
	size_t *ret_count) MUST_CHECK;
/* All roles, labels translated. */
enum status role_choices(struct request *rq, struct reader *db, struct choice **ret_choices, size_t *ret_count)
	MUST_CHECK;
extern const struct api_shape password_shape; /* what password_shown() gives a program */
/* A random password on a page of its own, shown once, with a link onwards. */
enum status password_shown(struct request *rq, const char *title_id, struct text login, const char *password,
	const char *next);
/* Recovery codes on a page of their own, shown once. */
enum status recovery_shown(struct request *rq, const char *const *codes);

/* The same for programs. */
enum status account_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status users_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status user_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status units_data(struct request *rq, struct reader *db, struct json_writer *json);
extern const struct api_shape self_shape, user_row_shape, user_shape, unit_shape;

extern const struct api_shape absence_shape;
enum status absences_data(struct request *rq, struct reader *db, struct json_writer *json);

extern const struct api_shape role_shape;
enum status roles_data(struct request *rq, struct reader *db, struct json_writer *json);
enum status role_data(struct request *rq, struct reader *db, struct json_writer *json);

/* STATUS_NOT_FOUND: all roles of this user are at units that are not this person's to manage. As in the list, who has no
 * role yet is seen. */
enum status user_is_seen(struct request *rq, struct reader *db, int64_t id) MUST_CHECK;

#endif
