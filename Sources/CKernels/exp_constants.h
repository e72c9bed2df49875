#ifndef EXP_CONSTANTS_H
#define EXP_CONSTANTS_H

// exp(x) = 2^n · exp(r), n = round(x / ln 2), |r| ≤ ln 2 / 2.
// Source of the polynomial: Cephes, expf.c (S. Moshier).
#define EXP_LOW -87.3f
#define EXP_HIGH 88.0f
#define EXP_LOG2E 1.44269504088896341f
// Adding and subtracting 1.5 · 2^23 rounds to an integer, whose bits end up in the low part of the sum.
#define EXP_MAGIC 12582912.0f
#define EXP_LN2_HIGH 0.693359375f
#define EXP_LN2_LOW -2.12194440e-4f
#define EXP_P0 1.9875691500e-4f
#define EXP_P1 1.3981999507e-3f
#define EXP_P2 8.3334519073e-3f
#define EXP_P3 4.1665795894e-2f
#define EXP_P4 1.6666665459e-1f
#define EXP_P5 5.0000001201e-1f

#endif
