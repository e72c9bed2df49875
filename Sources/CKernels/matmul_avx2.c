#if defined(__x86_64__)
#include "lanes_avx2.h"

#include "matmul_body.h"
#endif
