#include <string.h>

#include "CLinux.h"

// RFC 3720's polynomial, reflected. Eight tables take eight bytes a step ("slicing by 8").
static uint32_t tables[8][256];

__attribute__((constructor)) static void fill_tables(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t value = byte;
        for (int bit = 0; bit < 8; bit++) {
            value = (value >> 1) ^ (value & 1 ? 0x82F63B78u : 0);
        }
        tables[0][byte] = value;
    }
    for (int table = 1; table < 8; table++) {
        for (int byte = 0; byte < 256; byte++) {
            uint32_t value = tables[table - 1][byte];
            tables[table][byte] = tables[0][value & 255] ^ (value >> 8);
        }
    }
}

uint32_t clinux_crc32c_scalar(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    crc = ~crc;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (; count >= 8; next += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        word ^= crc;
        crc = 0;
        for (int byte = 0; byte < 8; byte++) {
            crc ^= tables[7 - byte][(word >> (8 * byte)) & 255];
        }
    }
#endif
    for (; count > 0; next++, count--) {
        crc = tables[0][(crc ^ *next) & 255] ^ (crc >> 8);
    }
    return ~crc;
}
