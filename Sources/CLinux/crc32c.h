#ifndef CLINUX_CRC32C_H
#define CLINUX_CRC32C_H

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
// Needs SSE4.2 and PCLMULQDQ.
uint32_t clinux_crc32c_sse42(uint32_t crc, const void *bytes, size_t count);
#endif

#endif
