// The control connection beside the bulk: small frames, echoed.
#ifndef BENCH_PING_H
#define BENCH_PING_H

#include <stdatomic.h>

#include "channel.h"

typedef struct {
    bench_channel channel;
    uint64_t thread;
    int is_running;
    int interval_us;
    atomic_int is_over;  // set to end the pinging side
    double *times;       // microseconds, one per echo
    size_t capacity;
    size_t count;
    char error[sizeof(((bench_limit_result *)0)->error)];
} bench_ping;

// Starts the side that asks, or the one that echoes until its peer closes.
int bench_ping_start(bench_ping *ping, int asks);

// Ends the side that asks if it runs, waits for the thread and closes the connection.
void bench_ping_finish(bench_ping *ping);

#endif
