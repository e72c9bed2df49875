#if defined(__x86_64__)
#include "lanes_avx512.h"

#include "attention_body.h"
#endif
