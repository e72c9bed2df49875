#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "CLinux.h"
#include "bulk.h"
#include "ping.h"

struct bench_limit_listener {
    bench_limit_settings settings;
    SSL_CTX *context;
    int socket;
};

static void free_listener(bench_limit_listener *listener) {
    if (listener->socket >= 0) {
        clinux_close(listener->socket);
    }
    SSL_CTX_free(listener->context);
    free(listener);
}

static int open_listener(bench_limit_listener *listener, uint16_t *port, char *error) {
    clinux_address address;
    int code = 0;
    listener->context = bench_context(&listener->settings, error);
    if (error[0] != 0) {
        return -1;
    }
    if (clinux_resolve(listener->settings.host, listener->settings.port, 1, &address, 1, &code) < 1) {
        return bench_fail(error, clinux_resolve_error_text(code), 0);
    }
    listener->socket = clinux_tcp_listen(&address, bench_max_connections);
    if (listener->socket < 0) {
        return bench_fail(error, "listen", -listener->socket);
    }
    *port = (uint16_t)clinux_tcp_local_port(listener->socket);
    return 0;
}

bench_limit_listener *bench_limit_listen(
    const bench_limit_settings *settings, uint16_t *port, bench_limit_result *result
) {
    memset(result, 0, sizeof *result);
    if (bench_check(settings, result->error) != 0) {
        return NULL;
    }
    bench_limit_listener *listener = malloc(sizeof *listener);
    if (listener == NULL) {
        bench_fail(result->error, "listen", ENOMEM);
        return NULL;
    }
    *listener = (bench_limit_listener){.settings = *settings, .socket = -1};
    if (open_listener(listener, port, result->error) != 0) {
        free_listener(listener);
        return NULL;
    }
    return listener;
}

static int receive_chunk(bench_bulk *bulk, uint8_t *chunk) {
    const bench_limit_settings *settings = bulk->settings;
    for (size_t done = 0; done < settings->chunk_bytes;) {
        ssize_t count = bench_read(&bulk->channel, chunk + done, settings->chunk_bytes - done);
        if (count <= 0) {
            return bench_fail(bulk->error, "read", count == bench_would_block ? ETIMEDOUT : ECONNRESET);
        }
        if (settings->uses_checksum) {
            bulk->checksum = clinux_crc32c(bulk->checksum, chunk + done, (size_t)count);
        }
        done += (size_t)count;
    }
    return 0;
}

static void receive_all(void *context) {
    bench_bulk *bulk = context;
    const bench_limit_settings *settings = bulk->settings;
    size_t places = settings->arena_bytes / settings->chunk_bytes;
    uint64_t chunks = bulk->bytes / settings->chunk_bytes;
    if (!bench_wait_readable(&bulk->channel)) {
        bench_fail(bulk->error, "waiting for the first byte", ETIMEDOUT);
        return;
    }
    bench_clock_start(bulk->clock);
    for (uint64_t chunk = 0; chunk < chunks; chunk++) {
        if (receive_chunk(bulk, bulk->arena + chunk % places * settings->chunk_bytes) != 0) {
            return;
        }
    }
    bench_clock_stop(bulk->clock);
    bench_confirmation confirmation = {.bytes = bulk->bytes, .checksum = bulk->checksum};
    bench_write_all(&bulk->channel, &confirmation, sizeof confirmation, bulk->error);
}

// Accepts one connection and starts its thread.
static int admit(bench_limit_listener *listener, bench_bulk *bulks, bench_ping *ping, char *error) {
    bench_channel channel;
    bench_greeting greeting;
    if (bench_accept(listener->socket, listener->context, &channel, error) != 0 ||
        bench_read_all(&channel, &greeting, sizeof greeting, error) != 0) {
        bench_close(&channel);
        return -1;
    }
    if (greeting.kind == bench_kind_ping && ping->channel.socket < 0) {
        ping->channel = channel;
        return bench_ping_start(ping, 0);
    }
    int is_ours = greeting.kind == bench_kind_bulk &&
                  greeting.index < (uint32_t)listener->settings.connections &&
                  greeting.bytes == listener->settings.bytes_per_connection &&
                  bulks[greeting.index].channel.socket < 0;
    if (!is_ours) {
        bench_close(&channel);
        return bench_fail(error, "the sender has other settings", 0);
    }
    bulks[greeting.index].channel = channel;
    return bench_bulk_start(&bulks[greeting.index], receive_all);
}

int bench_limit_receive(bench_limit_listener *listener, bench_limit_result *result) {
    memset(result, 0, sizeof *result);
    const bench_limit_settings *settings = &listener->settings;
    bench_clock clock = {.lock = PTHREAD_MUTEX_INITIALIZER};
    bench_bulk bulks[bench_max_connections];
    bench_ping ping = {.channel = {.socket = -1}};
    int is_ready = bench_bulk_prepare(bulks, settings, &clock, result->error) == 0;
    int expected = settings->connections + (settings->ping_interval_us > 0 ? 1 : 0);
    for (int count = 0; is_ready && count < expected; count++) {
        if (admit(listener, bulks, &ping, result->error) != 0) {
            break;
        }
    }
    int code = bench_bulk_finish(bulks, settings->connections, &clock, result);
    bench_ping_finish(&ping);
    free_listener(listener);
    return code;
}
