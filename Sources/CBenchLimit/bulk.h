// What sender and receiver share: a thread per bulk connection, and clocks over all of them.
#ifndef BENCH_BULK_H
#define BENCH_BULK_H

#include <pthread.h>

#include "channel.h"

// The time from the first thread's start to the last one's end.
typedef struct {
    pthread_mutex_t lock;
    int started;
    double first, first_cpu;
    double last, last_cpu;
} bench_clock;

typedef struct {
    const bench_limit_settings *settings;
    bench_clock *clock;
    bench_channel channel;
    uint64_t thread;
    int is_running;
    uint8_t *arena;
    uint64_t bytes;     // to be moved
    uint32_t checksum;
    char error[sizeof(((bench_limit_result *)0)->error)];
} bench_bulk;

void bench_clock_start(bench_clock *clock);
void bench_clock_stop(bench_clock *clock);

// Seconds on the monotonic clock.
double bench_now(void);

// Makes the arenas, every page of them present; 0, or -1 with a reason.
int bench_bulk_prepare(
    bench_bulk *bulks, const bench_limit_settings *settings, bench_clock *clock, char *error
);

// Starts a thread for one connection; 0, or -1 with a reason.
int bench_bulk_start(bench_bulk *bulk, void (*body)(void *));

// Waits for the threads, sums up what they did, and frees what they had; 0, or -1 with the first reason.
int bench_bulk_finish(bench_bulk *bulks, int count, bench_clock *clock, bench_limit_result *result);

// Checks what settings must fulfil.
int bench_check(const bench_limit_settings *settings, char *error);

#endif
