#include <string.h>

#include "CLinux.h"
#include "bulk.h"
#include "ping.h"

// Sends one chunk: with TLS record by record, each checksummed just before; bare in one piece.
static int send_chunk(bench_bulk *bulk, const uint8_t *chunk) {
    const bench_limit_settings *settings = bulk->settings;
    size_t step = settings->uses_tls ? bench_record_bytes : settings->chunk_bytes;
    for (size_t done = 0; done < settings->chunk_bytes; done += step) {
        size_t rest = settings->chunk_bytes - done;
        size_t count = rest < step ? rest : step;
        if (settings->uses_checksum) {
            bulk->checksum = clinux_crc32c(bulk->checksum, chunk + done, count);
        }
        if (bench_write_all(&bulk->channel, chunk + done, count, bulk->error) != 0) {
            return -1;
        }
    }
    return 0;
}

static void send_all(void *context) {
    bench_bulk *bulk = context;
    const bench_limit_settings *settings = bulk->settings;
    size_t places = settings->arena_bytes / settings->chunk_bytes;
    uint64_t chunks = bulk->bytes / settings->chunk_bytes;
    bench_clock_start(bulk->clock);
    for (uint64_t chunk = 0; chunk < chunks; chunk++) {
        if (send_chunk(bulk, bulk->arena + chunk % places * settings->chunk_bytes) != 0) {
            return;
        }
    }
    bench_confirmation confirmation;
    if (bench_read_all(&bulk->channel, &confirmation, sizeof confirmation, bulk->error) == 0 &&
        (confirmation.bytes != bulk->bytes || confirmation.checksum != bulk->checksum)) {
        bench_fail(bulk->error, "the receiver got other bytes", 0);
    }
    bench_clock_stop(bulk->clock);
}

static int open_channel(
    const bench_limit_settings *settings, SSL_CTX *context, bench_greeting greeting, bench_channel *channel,
    char *error
) {
    if (bench_connect(settings, context, channel, error) != 0) {
        return -1;
    }
    return bench_write_all(channel, &greeting, sizeof greeting, error);
}

static int open_all(
    const bench_limit_settings *settings, SSL_CTX *context, bench_bulk *bulks, bench_ping *ping, char *error
) {
    for (int index = 0; index < settings->connections; index++) {
        bench_greeting greeting = {bench_kind_bulk, (uint32_t)index, settings->bytes_per_connection};
        if (open_channel(settings, context, greeting, &bulks[index].channel, error) != 0) {
            return -1;
        }
    }
    bench_greeting greeting = {.kind = bench_kind_ping};
    if (settings->ping_interval_us == 0) {
        return 0;
    }
    return open_channel(settings, context, greeting, &ping->channel, error);
}

int bench_limit_send(
    const bench_limit_settings *settings, bench_limit_result *result, double *pings, size_t ping_capacity
) {
    memset(result, 0, sizeof *result);
    if (bench_check(settings, result->error) != 0) {
        return -1;
    }
    SSL_CTX *context = bench_context(settings, result->error);
    bench_clock clock = {.lock = PTHREAD_MUTEX_INITIALIZER};
    bench_bulk bulks[bench_max_connections];
    bench_ping ping = {
        .channel = {.socket = -1},
        .interval_us = settings->ping_interval_us,
        .times = pings,
        .capacity = ping_capacity,
    };
    int is_ready = bench_bulk_prepare(bulks, settings, &clock, result->error) == 0;
    if (is_ready && result->error[0] == 0 && open_all(settings, context, bulks, &ping, result->error) == 0) {
        if (settings->ping_interval_us > 0) {
            bench_ping_start(&ping, 1);
        }
        for (int index = 0; index < settings->connections; index++) {
            bench_bulk_start(&bulks[index], send_all);
        }
    }
    int code = bench_bulk_finish(bulks, settings->connections, &clock, result);
    bench_ping_finish(&ping);
    result->ping_count = ping.count;
    SSL_CTX_free(context);
    if (ping.error[0] != 0 && code == 0) {
        memcpy(result->error, ping.error, sizeof result->error);
        return -1;
    }
    return code;
}
