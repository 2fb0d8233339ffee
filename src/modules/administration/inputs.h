#ifndef VIGIE_MODULES_ADMINISTRATION_INPUTS_H
#define VIGIE_MODULES_ADMINISTRATION_INPUTS_H
/* Of the module's own table alone. */
#include "web/module.h"

extern const struct api_input administration_inputs[];

#endif
