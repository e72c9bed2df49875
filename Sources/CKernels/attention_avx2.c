#if defined(__x86_64__)
#include "lanes_avx2.h"

#include "attention_body.h"
#endif
