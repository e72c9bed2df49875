#include "kv_codec_coder.h"

#define KV_NAME(kernel) ck_kv_##kernel##_scalar

#include "kv_codec_body.h"
