#if defined(__aarch64__)
#include "lanes_neon.h"

#include "matmul_body.h"
#endif
