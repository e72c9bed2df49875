#if defined(__aarch64__)
#include "lanes_neon.h"

#include "attention_body.h"
#endif
