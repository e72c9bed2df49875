// Plain double arithmetic: compiled without contraction, so that every machine gets the same bits.

#include <string.h>

#include "CKernels.h"

static const double ln2_high = 0x1.62e42fefa3800p-1;
static const double ln2_low = 0x1.ef35793c76730p-45;

double ck_log(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int64_t exponent = (int64_t)(bits >> 52) - 1023;
    bits = (bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL;
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m > 1.4142135623730951) {
        m = m * 0.5;
        exponent += 1;
    }
    // log m = 2 artanh z, z = (m − 1) / (m + 1), |z| ≤ 0.172.
    const double z = (m - 1) / (m + 1), square = z * z;
    double sum = 0;
    for (int odd = 23; odd >= 3; odd -= 2) sum = (sum + 1.0 / odd) * square;
    const double whole = (double)exponent;
    return whole * ln2_high + (2 * z + (2 * z * sum + whole * ln2_low));
}

double ck_exp_double(double x) {
    const double magic = 0x1.8p52;
    const double n = (x * 1.4426950408889634 + magic) - magic;
    const double r = (x - n * ln2_high) - n * ln2_low;
    double sum = 1;
    for (int degree = 14; degree >= 1; degree--) sum = 1 + sum * r / degree;
    const uint64_t bits = (uint64_t)((int64_t)n + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return sum * power;
}

void ck_sine_cosine(double x, double *sine, double *cosine) {
    // x = quarter · π/2 + r; each part of π/2 has 33 bits, so its product with `quarter` is exact.
    const double magic = 0x1.8p52;
    const double quarter = (x * 0.6366197723675814 + magic) - magic;
    double r = x - quarter * 0x1.921fb544p0;
    r = r - quarter * 0x1.0b4611a6p-34;
    r = r - quarter * 0x1.3198a2e037073p-69;
    const double square = r * r;
    double sin_r = 1, cos_r = 1;
    for (int degree = 18; degree >= 2; degree -= 2) {
        sin_r = 1 - sin_r * square / (degree * (degree + 1));
        cos_r = 1 - cos_r * square / (degree * (degree - 1));
    }
    sin_r = sin_r * r;
    switch ((int64_t)quarter & 3) {
    case 0: *sine = sin_r, *cosine = cos_r; break;
    case 1: *sine = cos_r, *cosine = -sin_r; break;
    case 2: *sine = -sin_r, *cosine = -cos_r; break;
    default: *sine = -cos_r, *cosine = sin_r; break;
    }
}
