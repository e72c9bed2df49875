// The limit that lanes are measured against: the same traffic in plain C, without frames, messages or credit.
//
// One sender and one receiver process, each with a blocking thread per bulk connection; the payload is read
// from and written to an arena in place. TLS is what lanes use: 1.3, certificates on both sides,
// AES-128-GCM, records of 16 KiB. Beside the bulk, one more connection can echo small frames ("pings"), each
// end waiting in epoll, as control connections do.
#ifndef CBENCHLIMIT_H
#define CBENCHLIMIT_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *host;              // numeric address
    uint16_t port;                 // receiver: 0 lets the system choose
    int connections;               // bulk connections, 1 to 64
    uint64_t bytes_per_connection; // a multiple of chunk_bytes
    size_t chunk_bytes;            // what is sent from, and written to, one place of the arena: 1 to 4 MiB
    size_t arena_bytes;            // memory per connection, at least chunk_bytes; places are taken in turn
    int uses_tls;                  // 0: the bare socket
    int uses_checksum;             // CRC-32C on both sides, piece by piece while it is in the cache
    int ping_interval_us;          // time from an echo to the next ping; 0: no pings
    const char *authority_path;    // PEM files, with TLS
    const char *certificate_path;
    const char *private_key_path;
} bench_limit_settings;

typedef struct {
    uint64_t bytes;       // all connections together
    double seconds;       // sender: until the receiver has confirmed; receiver: first byte to last
    double cpu_seconds;   // of the process, over the same time
    uint32_t checksum;    // all connections' CRC-32C, XORed; equal at both ends; 0 without checksums
    size_t ping_count;    // echoes that came back (sender)
    char error[160];      // why a call failed
} bench_limit_result;

typedef struct bench_limit_listener bench_limit_listener;

// Listens; NULL with the reason in `result` if it cannot. `port` receives the port.
bench_limit_listener *bench_limit_listen(
    const bench_limit_settings *settings, uint16_t *port, bench_limit_result *result
);

// Accepts the sender's connections, receives until each has sent everything, and frees the listener.
// The settings must equal the sender's. Returns 0, or -1 with the reason in `result`.
int bench_limit_receive(bench_limit_listener *listener, bench_limit_result *result);

// Connects, sends everything and waits for the receiver's confirmation. At most `ping_capacity` round-trip
// times, in microseconds, are written to `pings`, in the order of the pings. Returns 0, or -1.
int bench_limit_send(
    const bench_limit_settings *settings, bench_limit_result *result, double *pings, size_t ping_capacity
);

#endif
