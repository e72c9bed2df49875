#include "crc32c.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

// The crc32 instruction takes 8 bytes, has a latency of 3 cycles and starts every cycle, so three independent
// strips keep it busy. Strips are joined with a carry-less multiplication: appending n zero bytes multiplies
// a checksum by x^(8n); reflected operands shift the product by one bit and the crc32 instruction that
// reduces it multiplies by x^32, hence the constants x^(8n - 33) mod P.
enum { long_strip = 2048, short_strip = 256 };
static const uint32_t over_256 = 0xb9e02b86;   // n = 256
static const uint32_t over_512 = 0xdd7e3b0c;   // n = 512
static const uint32_t over_2048 = 0xa51b6135;  // n = 2048
static const uint32_t over_4096 = 0x82f89c77;  // n = 4096

__attribute__((target("sse4.2"))) static inline uint64_t load(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

__attribute__((target("sse4.2,pclmul"))) static inline uint64_t multiply(uint64_t crc, uint32_t factor) {
    __m128i left = _mm_cvtsi64_si128((int64_t)crc);
    __m128i right = _mm_cvtsi32_si128((int)factor);
    return (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(left, right, 0));
}

__attribute__((target("sse4.2,pclmul"))) static inline uint64_t three_strips(
    uint64_t crc, const uint8_t *bytes, size_t strip, uint32_t over_one, uint32_t over_two
) {
    uint64_t first = crc, second = 0, third = 0;
    for (size_t index = 0; index < strip; index += 8) {
        first = _mm_crc32_u64(first, load(bytes + index));
        second = _mm_crc32_u64(second, load(bytes + strip + index));
        third = _mm_crc32_u64(third, load(bytes + 2 * strip + index));
    }
    return third ^ _mm_crc32_u64(0, multiply(first, over_two) ^ multiply(second, over_one));
}

__attribute__((target("sse4.2,pclmul")))
uint32_t clinux_crc32c_sse42(uint32_t start, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    uint64_t crc = (uint32_t)~start;
    for (; count >= 3 * long_strip; next += 3 * long_strip, count -= 3 * long_strip) {
        crc = three_strips(crc, next, long_strip, over_2048, over_4096);
    }
    for (; count >= 3 * short_strip; next += 3 * short_strip, count -= 3 * short_strip) {
        crc = three_strips(crc, next, short_strip, over_256, over_512);
    }
    for (; count >= 8; next += 8, count -= 8) {
        crc = _mm_crc32_u64(crc, load(next));
    }
    for (; count > 0; next++, count--) {
        crc = _mm_crc32_u8((uint32_t)crc, *next);
    }
    return ~(uint32_t)crc;
}
#endif
