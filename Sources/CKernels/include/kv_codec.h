#ifndef KV_CODEC_H
#define KV_CODEC_H

// Kernels of the KV codecs. All instruction sets yield equal bytes when they encode and equal bits when they
// decode: every operation is element by element with one rounding, or an integer one, or a sum in 16 lanes.
//
// Entropy coding is range ANS with 32 interleaved states of 32 bits, renormalized by 16-bit words, and static
// tables of 2^12: symbol i of a row belongs to state i mod 32. Source: F. Giesen, "Interleaved entropy
// coders" (2014), arXiv:1402.3392.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "CKernels.h"

#define CK_KV_LANES 32
#define CK_KV_PRECISION 12
// Tables of symbols: one per spread of the quantized values.
#define CK_KV_CLASSES 16
// A symbol is a quantized value + 128, from −127 to 127; symbol 0 says that the value is among the escapes.
#define CK_KV_SYMBOLS 256
#define CK_KV_ZERO_SYMBOL 128
// What a state starts from when encoding and must end at when decoding.
#define CK_KV_FIRST_STATE 65536u
// Escapes and, while encoding, all quantized values are at most this large.
#define CK_KV_LARGEST 32767

// What encoding one symbol needs; a frequency of 0 means that the class does not have the symbol.
typedef struct {
    uint64_t reciprocal;  // ⌈2^44 / frequency⌉
    uint16_t frequency;
    uint16_t start;
} ck_kv_symbol;

typedef struct {
    // symbol | frequency << 8 | (slot − start) << 20
    uint32_t decode[CK_KV_CLASSES << CK_KV_PRECISION];
    ck_kv_symbol encode[CK_KV_CLASSES][CK_KV_SYMBOLS];
    // Expected |value| of each class, times 2^12.
    uint32_t mean[CK_KV_CLASSES];
} ck_kv_tables;

// Computes the tables: part of the format, equal on every machine.
void ck_kv_fill_tables(ck_kv_tables *_Nonnull tables);

typedef struct {
    uint32_t states[CK_KV_LANES];
    // The next word and escape, written from the end of their memory towards its start; never past `first`.
    uint8_t *_Nonnull words;
    uint8_t *_Nonnull first_word;
    uint8_t *_Nonnull escapes;
    uint8_t *_Nonnull first_escape;
} ck_kv_encoder;

typedef struct {
    uint32_t states[CK_KV_LANES];
    const uint8_t *_Nonnull words;
    const uint8_t *_Nonnull words_end;
    const uint8_t *_Nonnull escapes;
    const uint8_t *_Nonnull escapes_end;
} ck_kv_decoder;

// An encoder that writes downwards from the two ends.
static inline ck_kv_encoder ck_kv_start_encoder(
    uint8_t *_Nonnull first_word, size_t word_bytes, uint8_t *_Nonnull first_escape, size_t escape_bytes) {
    ck_kv_encoder encoder = {
        {0}, first_word + word_bytes, first_word, first_escape + escape_bytes, first_escape};
    for (size_t lane = 0; lane < CK_KV_LANES; lane++) encoder.states[lane] = CK_KV_FIRST_STATE;
    return encoder;
}

// A decoder that starts from the states an encoder ended with: CK_KV_LANES little-endian numbers.
static inline ck_kv_decoder ck_kv_start_decoder(
    const uint8_t *_Nonnull states, const uint8_t *_Nonnull words, const uint8_t *_Nonnull words_end,
    const uint8_t *_Nonnull escapes, const uint8_t *_Nonnull escapes_end) {
    ck_kv_decoder decoder = {{0}, words, words_end, escapes, escapes_end};
    memcpy(decoder.states, states, sizeof decoder.states);
    return decoder;
}

// Whether everything was read and every state is back where the encoder began.
static inline int ck_kv_is_finished(const ck_kv_decoder *_Nonnull decoder) {
    int is_finished = decoder->words == decoder->words_end && decoder->escapes == decoder->escapes_end;
    for (size_t lane = 0; lane < CK_KV_LANES; lane++)
        is_finished &= decoder->states[lane] == CK_KV_FIRST_STATE;
    return is_finished;
}

// Writes rows of `dim` elements as signed bytes and a binary16 scale per row, rounded up so that no byte
// saturates. Returns 0 when a scale would be infinite.
typedef int (*_Nonnull ck_kv_pack_fn)(
    const float *_Nonnull x, size_t rows, size_t dim, uint8_t *_Nonnull scales, uint8_t *_Nonnull bytes);

// Reads what ck_kv_pack_fn wrote, limited to ±`limit`. Returns 0 when a scale is negative or not finite.
typedef int (*_Nonnull ck_kv_unpack_fn)(
    const uint8_t *_Nonnull scales, const uint8_t *_Nonnull bytes, size_t rows, size_t dim, float limit,
    float *_Nonnull x);

// mean[r] = Σ|x| / dim of each row, summed in 16 lanes.
typedef void (*_Nonnull ck_kv_magnitudes_fn)(
    const float *_Nonnull x, size_t rows, size_t dim, float *_Nonnull mean);

// Quantizes a row as it is and as difference to `anchor`; adds the magnitudes, 255 at most each, to `direct`
// and `delta`. Returns the largest magnitude, which is above CK_KV_LARGEST when one does not fit.
typedef uint32_t (*_Nonnull ck_kv_measure_fn)(
    const float *_Nonnull x, const float *_Nonnull anchor, float inverse_step, size_t dim,
    uint32_t *_Nonnull direct, uint32_t *_Nonnull delta);

// Encodes rows, the last element first: quantized (x − prediction) · inverse_steps[row]. Rows whose inverse
// step is 0 are left out. Returns 0 when the encoder's memory is full.
typedef int (*_Nonnull ck_kv_encode_fn)(
    ck_kv_encoder *_Nonnull encoder, const ck_kv_tables *_Nonnull tables, const uint32_t *_Nonnull classes,
    const float *_Nonnull x, const float *_Nonnull prediction, const float *_Nonnull inverse_steps,
    size_t rows, size_t dim);

// Decodes rows: x = prediction + value · steps[row], limited to ±`limit`. Rows whose step is 0 are 0 and have
// no symbols. `classes` are below CK_KV_CLASSES. Returns 0 when words or escapes run out.
typedef int (*_Nonnull ck_kv_decode_fn)(
    ck_kv_decoder *_Nonnull decoder, const ck_kv_tables *_Nonnull tables, const uint32_t *_Nonnull classes,
    const float *_Nonnull prediction, const float *_Nonnull steps, size_t rows, size_t dim, float limit,
    float *_Nonnull x);

// The codec kernels of one instruction set.
typedef struct {
    ck_isa isa;
    ck_kv_pack_fn pack;
    ck_kv_unpack_fn unpack;
    ck_kv_magnitudes_fn magnitudes;
    ck_kv_measure_fn measure;
    ck_kv_encode_fn encode;
    ck_kv_decode_fn decode;
} ck_kv_kernels;

// The codec kernels of `isa`, or NULL where this machine cannot run them. The scalar ones run everywhere.
const ck_kv_kernels *_Nullable ck_kv_kernels_for(ck_isa isa);

// Whether `n` stored elements of a KV type are all finite.
int ck_kv_is_finite(ck_type type, const void *_Nonnull from, size_t n);

#endif
