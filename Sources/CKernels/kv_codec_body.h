// Loops that the compiler turns into vectors of whatever instruction set the including file allows: element
// by element with one rounding per operation, so that the results are equal.

int KV_NAME(pack)(const float *x, size_t rows, size_t dim, uint8_t *scales, uint8_t *bytes) {
    for (size_t row = 0; row < rows; row++, x += dim, bytes += dim) {
        uint32_t largest = 0;
        for (size_t i = 0; i < dim; i++) {
            const uint32_t magnitude = float_bits(x[i]) & 0x7fffffff;
            largest = magnitude > largest ? magnitude : largest;
        }
        const float wanted = bits_float(largest) / 127.0f;
        uint16_t scale = float_to_f16(wanted);
        if (scale < 0x7c00 && f16_to_float(scale) < wanted) scale++;
        if (scale >= 0x7c00) return 0;
        store_half(scales, row, scale);
        const float inverse = scale == 0 ? 0.0f : 1.0f / f16_to_float(scale);
        for (size_t i = 0; i < dim; i++) bytes[i] = (uint8_t)float_bits(x[i] * inverse + KV_ROUND);
    }
    return 1;
}

int KV_NAME(unpack)(
    const uint8_t *scales, const uint8_t *bytes, size_t rows, size_t dim, float limit, float *x) {
    for (size_t row = 0; row < rows; row++, x += dim, bytes += dim) {
        const uint16_t half = load_half(scales, row);
        if (half >= 0x7c00) return 0;
        const float scale = f16_to_float(half);
        for (size_t i = 0; i < dim; i++) x[i] = kv_limited((float)(int8_t)bytes[i] * scale, limit);
    }
    return 1;
}

void KV_NAME(magnitudes)(const float *x, size_t rows, size_t dim, float *mean) {
    for (size_t row = 0; row < rows; row++, x += dim) {
        float lanes[CK_LANES] = {0};
        size_t i = 0;
        for (; i + CK_LANES <= dim; i += CK_LANES)
            for (size_t j = 0; j < CK_LANES; j++) lanes[j] += bits_float(float_bits(x[i + j]) & 0x7fffffff);
        for (size_t j = 0; i + j < dim; j++) lanes[j] += bits_float(float_bits(x[i + j]) & 0x7fffffff);
        mean[row] = lanes_sum(lanes) / (float)dim;
    }
}

uint32_t KV_NAME(measure)(
    const float *x, const float *anchor, float inverse_step, size_t dim, uint32_t *direct, uint32_t *delta) {
    uint32_t largest = 0;
    for (size_t i = 0; i < dim; i++) {
        const int32_t whole = kv_quantized(x[i] * inverse_step);
        const int32_t difference = kv_quantized((x[i] - anchor[i]) * inverse_step);
        const uint32_t a = (uint32_t)(whole < 0 ? -whole : whole);
        const uint32_t b = (uint32_t)(difference < 0 ? -difference : difference);
        direct[i] += a < 255 ? a : 255;
        delta[i] += b < 255 ? b : 255;
        largest = a > largest ? a : largest;
        largest = b > largest ? b : largest;
    }
    return largest;
}

#ifndef KV_HAS_ENCODE
int KV_NAME(encode)(
    ck_kv_encoder *encoder, const ck_kv_tables *tables, const uint32_t *classes, const float *x,
    const float *prediction, const float *inverse_steps, size_t rows, size_t dim) {
    for (size_t row = rows; row-- > 0;) {
        const float inverse_step = inverse_steps[row];
        if (inverse_step == 0) continue;
        for (size_t end = dim; end > 0;) {
            const size_t count = end % CK_KV_LANES ? end % CK_KV_LANES : CK_KV_LANES;
            end -= count;
            const float *from = x + row * dim + end;
            int32_t values[CK_KV_LANES];
            for (size_t lane = 0; lane < count; lane++)
                values[lane] = kv_quantized((from[lane] - prediction[end + lane]) * inverse_step);
            for (size_t lane = count; lane-- > 0;)
                if (!kv_put(
                        encoder, &encoder->states[lane], tables->encode[classes[end + lane]], values[lane]))
                    return 0;
        }
    }
    return 1;
}

#endif

#ifndef KV_HAS_DECODE
int KV_NAME(decode)(
    ck_kv_decoder *decoder, const ck_kv_tables *tables, const uint32_t *classes, const float *prediction,
    const float *steps, size_t rows, size_t dim, float limit, float *x) {
    for (size_t row = 0; row < rows; row++, x += dim) {
        if (steps[row] == 0) {
            memset(x, 0, dim * sizeof *x);
            continue;
        }
        for (size_t i = 0; i < dim; i += CK_KV_LANES) {
            const size_t count = dim - i < CK_KV_LANES ? dim - i : CK_KV_LANES;
            if (!kv_get_batch(
                    decoder, tables->decode, classes + i, prediction + i, steps[row], count, limit, x + i))
                return 0;
        }
    }
    return 1;
}
#endif
