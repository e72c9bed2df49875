// A connection, in TLS or bare.
#ifndef BENCH_CHANNEL_H
#define BENCH_CHANNEL_H

#include <openssl/ssl.h>
#include <sys/types.h>

#include "CBenchLimit.h"

enum { bench_record_bytes = 16 << 10, bench_max_connections = 64, bench_timeout_ms = 30000 };

enum { bench_kind_bulk = 1, bench_kind_ping = 2 };

// First bytes on every connection.
typedef struct {
    uint32_t kind;
    uint32_t index;
    uint64_t bytes;
} bench_greeting;

// Last bytes of a bulk connection, from the receiver.
typedef struct {
    uint64_t bytes;
    uint32_t checksum;
    uint32_t reserved;
} bench_confirmation;

typedef struct {
    int socket;
    SSL *ssl;  // NULL on a bare connection
} bench_channel;

// What a read or write gives beside a count.
enum { bench_ended = 0, bench_failed = -1, bench_would_block = -2 };

// Notes a reason, the first one only; returns -1.
int bench_fail(char *error, const char *operation, int code);

// Makes the context; NULL without TLS, or with a reason if it failed.
SSL_CTX *bench_context(const bench_limit_settings *settings, char *error);

int bench_connect(
    const bench_limit_settings *settings, SSL_CTX *context, bench_channel *channel, char *error
);
int bench_accept(int listener, SSL_CTX *context, bench_channel *channel, char *error);
void bench_close(bench_channel *channel);

// Waits until there is something to read; false after the timeout.
int bench_wait_readable(bench_channel *channel);

// At least one byte, or one of the values above.
ssize_t bench_read(bench_channel *channel, void *bytes, size_t count);
ssize_t bench_write(bench_channel *channel, const void *bytes, size_t count);

// All bytes: 0, or -1 with a reason.
int bench_read_all(bench_channel *channel, void *bytes, size_t count, char *error);
int bench_write_all(bench_channel *channel, const void *bytes, size_t count, char *error);

#endif
