#ifndef VIGIE_HOME_HOME_H
#define VIGIE_HOME_HOME_H
/* The first page: each person's work, then the picture of the office. Modules put figures and sections on it by the
 * rows home_figures and home_sections of struct module. */
#include "web/module.h"

extern const struct module home_module;

/* home.late_days: after how many days a consignment that waits for control is late. */
extern const struct setting late_days;

#endif
