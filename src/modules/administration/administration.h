#ifndef VIGIE_ADMINISTRATION_ADMINISTRATION_H
#define VIGIE_ADMINISTRATION_ADMINISTRATION_H
/* Settings and jobs, for whoever runs the installation. */
#include "web/module.h"

extern const struct module administration_module;

#endif
