#ifndef VIGIE_ENGINE_FEATURES_H
#define VIGIE_ENGINE_FEATURES_H
/* More of the features than model.h shows. */
#include "engine/history.h"
#include "engine/model.h"

/* The feature of this name; feature_count() when there is none. */
size_t feature_find(struct text name);

#endif
