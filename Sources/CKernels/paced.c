#include <string.h>

#include "CKernels.h"

uint64_t ck_paced_tag(uint64_t layer, uint64_t piece) {
    uint64_t mixed = (layer << 32 | piece) + 0x9e3779b97f4a7c15ULL;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9ULL;
    return mixed ^ mixed >> 29;
}

void ck_paced_write(
    void *segment, size_t pieces, size_t block_tokens, size_t piece_bytes, size_t slot, size_t count,
    const uint64_t *states, uint64_t layer) {
    for (size_t piece = 0; piece < pieces; piece++) {
        const uint64_t tag = ck_paced_tag(layer, piece);
        uint8_t *out = (uint8_t *)segment + (piece * block_tokens + slot) * piece_bytes;
        for (size_t token = 0; token < count; token++) {
            const uint64_t words[2] = {states[2 * token] ^ tag, states[2 * token + 1] ^ tag};
            for (size_t offset = 0; offset < piece_bytes; offset += sizeof words) {
                memcpy(out, words, sizeof words);
                out += sizeof words;
            }
        }
    }
}
