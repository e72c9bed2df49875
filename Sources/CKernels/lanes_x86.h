// What both x86 lane types share: the end of the canonical sum, once 16 lanes are folded to 4.

// d[j] = c[j] + c[j + 2], then d[0] + d[1].
static inline float v16_sum(v16 a) {
    const __m128 four = v16_fold(a);
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

// Four sums at once: the same additions, sharing registers.
static inline void v16_sum4(v16 a, v16 b, v16 c, v16 d, float *sums) {
    const __m128 p = v16_fold(a), q = v16_fold(b), s = v16_fold(c), t = v16_fold(d);
    const __m128 pq = _mm_add_ps(_mm_movelh_ps(p, q), _mm_movehl_ps(q, p));
    const __m128 st = _mm_add_ps(_mm_movelh_ps(s, t), _mm_movehl_ps(t, s));
    const __m128 even = _mm_shuffle_ps(pq, st, 0x88), odd = _mm_shuffle_ps(pq, st, 0xdd);
    _mm_storeu_ps(sums, _mm_add_ps(even, odd));
}

#include "lanes_common.h"
