#ifndef VIGIE_APP_COMMANDS_H
#define VIGIE_APP_COMMANDS_H
/* The rows of all commands, each in the file that does it. */
#include "app/command.h"

extern const struct command assess_command, evaluate_command, import_command, map_command, convert_command,
	serve_command, watch_command, openapi_command, migrate_command, first_run_command, demo_command,
	train_command, model_command, decide_command, draw_command, list_command, screen_command, prices_command, replay_command, simulate_command,
	audit_draw_command, user_command, token_command, completion_command, doctor_command, verify_command,
	backup_command, restore_command;

#define OPTION_DB {"--db", "URL", TR("base de données : sqlite:CHEMIN ou postgresql://… (défaut : sqlite:data/vigie.db)")}

#endif
