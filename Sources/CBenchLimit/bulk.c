#include "bulk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CLinux.h"

static double seconds_on(clockid_t id) {
    struct timespec now;
    clock_gettime(id, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double bench_now(void) {
    return seconds_on(CLOCK_MONOTONIC);
}

void bench_clock_start(bench_clock *clock) {
    pthread_mutex_lock(&clock->lock);
    if (!clock->started) {
        clock->started = 1;
        clock->first = bench_now();
        clock->first_cpu = seconds_on(CLOCK_PROCESS_CPUTIME_ID);
    }
    pthread_mutex_unlock(&clock->lock);
}

void bench_clock_stop(bench_clock *clock) {
    pthread_mutex_lock(&clock->lock);
    clock->last = bench_now();
    clock->last_cpu = seconds_on(CLOCK_PROCESS_CPUTIME_ID);
    pthread_mutex_unlock(&clock->lock);
}

int bench_check(const bench_limit_settings *settings, char *error) {
    int is_sound = settings->connections >= 1 && settings->connections <= bench_max_connections &&
                   settings->chunk_bytes >= 1 && settings->chunk_bytes <= 4 << 20 &&
                   settings->arena_bytes >= settings->chunk_bytes &&
                   settings->bytes_per_connection % settings->chunk_bytes == 0;
    return is_sound ? 0 : bench_fail(error, "settings", EINVAL);
}

int bench_bulk_prepare(
    bench_bulk *bulks, const bench_limit_settings *settings, bench_clock *clock, char *error
) {
    for (int index = 0; index < settings->connections; index++) {
        bulks[index] = (bench_bulk){
            .settings = settings,
            .clock = clock,
            .channel = {.socket = -1},
            .bytes = settings->bytes_per_connection,
        };
    }
    for (int index = 0; index < settings->connections; index++) {
        uint8_t *arena = malloc(settings->arena_bytes);
        if (arena == NULL) {
            return bench_fail(error, "arena", ENOMEM);
        }
        for (size_t place = 0; place < settings->arena_bytes; place++) {
            arena[place] = (uint8_t)(place * 31 ^ place >> 8);
        }
        bulks[index].arena = arena;
    }
    return 0;
}

int bench_bulk_start(bench_bulk *bulk, void (*body)(void *)) {
    int code = clinux_thread_start(&bulk->thread, "bench-bulk", body, bulk);
    if (code < 0) {
        return bench_fail(bulk->error, "starting a thread", -code);
    }
    bulk->is_running = 1;
    return 0;
}

int bench_bulk_finish(bench_bulk *bulks, int count, bench_clock *clock, bench_limit_result *result) {
    for (int index = 0; index < count; index++) {
        bench_bulk *bulk = &bulks[index];
        if (bulk->is_running) {
            clinux_thread_join(bulk->thread);
        }
        bench_close(&bulk->channel);
        free(bulk->arena);
        result->bytes += bulk->bytes;
        result->checksum ^= bulk->checksum;
        if (bulk->error[0] != 0 && result->error[0] == 0) {
            memcpy(result->error, bulk->error, sizeof result->error);
        }
    }
    result->seconds = clock->last - clock->first;
    result->cpu_seconds = clock->last_cpu - clock->first_cpu;
    return result->error[0] == 0 ? 0 : -1;
}
