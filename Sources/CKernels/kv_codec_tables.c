// The static tables of the entropy coder. Plain double arithmetic, compiled without contraction: every
// machine gets the same tables.

#include "CKernels.h"

#define SLOTS (1 << CK_KV_PRECISION)
#define LARGEST 127
// Points per quantization step at which a density is sampled.
#define POINTS 16
// Spread of the narrowest class in steps, and log2 of the ratio of neighbouring classes.
#define FIRST_SPREAD 0.12
#define CLASS_OCTAVES 0.55
#define LOGISTIC_SHARE 0.35

// Between the normal distribution that KV follows in most channels and the heavier tails of the others: a
// logistic density and a normal one of the same mean magnitude, mixed. `x` in units of the logistic scale.
static double density(double x) {
    const double fall = ck_exp_double(-x), logistic = fall / ((1 + fall) * (1 + fall));
    const double deviation = 1.7374;  // 2 ln 2 · √(π / 2)
    const double scaled = x / deviation;
    const double normal = scaled > 30 ? 0 : ck_exp_double(-0.5 * scaled * scaled) / 2.5066282746310002;
    return LOGISTIC_SHARE * logistic + (1 - LOGISTIC_SHARE) * normal / deviation;
}

// Probability mass, up to a factor, of a value whose magnitude rounds to `magnitude`.
static double mass(int magnitude, double spread) {
    double sum = 0;
    for (int point = 0; point < POINTS; point++) {
        const double x = magnitude - 0.5 + (point + 0.5) / POINTS;
        sum += density((x < 0 ? -x : x) / spread);
    }
    return sum;
}

static void fill_class(ck_kv_tables *tables, int class, double spread) {
    const int wanted = (int)(7 * spread) + 3, last = wanted < LARGEST ? wanted : LARGEST;
    double masses[LARGEST + 1], total = 0;
    for (int magnitude = 0; magnitude <= last; magnitude++) {
        masses[magnitude] = mass(magnitude, spread);
        total += magnitude ? 2 * masses[magnitude] : masses[magnitude];
    }
    // Every symbol, the escape first, has one slot; cumulative rounding shares out the others.
    const double shared = SLOTS - (2 * last + 2);
    double below = 0;
    uint32_t start = 0, mean = 0;
    for (int symbol = 0; symbol < CK_KV_SYMBOLS; symbol++) {
        const int value = symbol - CK_KV_ZERO_SYMBOL, magnitude = value < 0 ? -value : value;
        ck_kv_symbol *entry = &tables->encode[class][symbol];
        *entry = (ck_kv_symbol){0, 0, 0};
        if (symbol != 0 && magnitude > last) continue;
        const double before = below;
        if (symbol != 0) below += masses[magnitude] / total;
        const uint32_t frequency = 1 + (uint32_t)(below * shared + 0.5) - (uint32_t)(before * shared + 0.5);
        entry->frequency = (uint16_t)frequency;
        entry->start = (uint16_t)start;
        entry->reciprocal = ((1ULL << 44) + frequency - 1) / frequency;
        for (uint32_t slot = 0; slot < frequency; slot++)
            tables->decode[(class << CK_KV_PRECISION) + start + slot] =
                (uint32_t)symbol | frequency << 8 | slot << 20;
        start += frequency;
        mean += symbol == 0 ? 0 : (uint32_t)magnitude * frequency;
    }
    tables->mean[class] = mean;
}

void ck_kv_fill_tables(ck_kv_tables *tables) {
    const double ratio = ck_exp_double(CLASS_OCTAVES * 0.6931471805599453);
    double spread = FIRST_SPREAD;
    for (int class = 0; class < CK_KV_CLASSES; class++) {
        fill_class(tables, class, spread);
        spread *= ratio;
    }
}
