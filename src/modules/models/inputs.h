#ifndef VIGIE_MODULES_MODELS_INPUTS_H
#define VIGIE_MODULES_MODELS_INPUTS_H
/* Of the module's own table alone. */
#include "web/module.h"

extern const struct api_input models_inputs[];

#endif
