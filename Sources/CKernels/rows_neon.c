#if defined(__aarch64__)
#include "lanes_neon.h"

#include "rows_body.h"
#endif
