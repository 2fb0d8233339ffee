#include "formats/reading.h"
enum status csv_read(struct run *run) { return run_refuse(run, STATUS_UNSUPPORTED, 0, "", TEXT_NONE, ""); }
