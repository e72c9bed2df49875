#include "CLinux.h"
#include "crc32c.h"

uint32_t clinux_crc32c(uint32_t crc, const void *bytes, size_t count) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul")) {
        return clinux_crc32c_sse42(crc, bytes, count);
    }
#endif
    return clinux_crc32c_scalar(crc, bytes, count);
}
