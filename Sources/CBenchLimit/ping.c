#define _GNU_SOURCE
#include "ping.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include "CLinux.h"
#include "bulk.h"

// A frame header's 24 bytes and a time.
typedef struct {
    uint8_t header[24];
    double sent;
} ping_frame;

// The other side has ended the connection: no failure.
enum { peer_ended = 1 };

// Moves a whole frame, waiting in epoll like a control loop.
static int move(bench_ping *ping, int epoll, ping_frame *frame, int writes) {
    for (size_t done = 0; done < sizeof *frame;) {
        char *rest = (char *)frame + done;
        size_t count = sizeof *frame - done;
        ssize_t moved = writes ? bench_write(&ping->channel, rest, count)
                               : bench_read(&ping->channel, rest, count);
        if (moved > 0) {
            done += (size_t)moved;
            continue;
        }
        if (moved != bench_would_block) {
            return moved == bench_ended || !writes ? peer_ended : bench_fail(ping->error, "ping", ECONNRESET);
        }
        clinux_event event;
        int ready = clinux_epoll_wait(epoll, &event, 1, bench_timeout_ms);
        if (ready <= 0) {
            return bench_fail(ping->error, "waiting for a ping", ready < 0 ? -ready : ETIMEDOUT);
        }
    }
    return 0;
}

static void ask(bench_ping *ping, int epoll) {
    struct timespec pause = {ping->interval_us / 1000000, ping->interval_us % 1000000 * 1000L};
    while (!atomic_load(&ping->is_over) && ping->count < ping->capacity) {
        ping_frame frame = {.header = "ping", .sent = bench_now()};
        if (move(ping, epoll, &frame, 1) != 0 || move(ping, epoll, &frame, 0) != 0) {
            return;
        }
        ping->times[ping->count++] = (bench_now() - frame.sent) * 1e6;
        nanosleep(&pause, NULL);
    }
}

static void echo(bench_ping *ping, int epoll) {
    ping_frame frame;
    while (move(ping, epoll, &frame, 0) == 0 && move(ping, epoll, &frame, 1) == 0) {
    }
}

static void run(bench_ping *ping, void (*body)(bench_ping *, int)) {
    int epoll = clinux_epoll_create();
    if (epoll < 0 || clinux_epoll_add(epoll, ping->channel.socket, clinux_readable, 0) < 0) {
        bench_fail(ping->error, "epoll", errno);
    } else {
        body(ping, epoll);
    }
    if (epoll >= 0) {
        clinux_close(epoll);
    }
}

static void run_asking(void *ping) {
    run(ping, ask);
}

static void run_echoing(void *ping) {
    run(ping, echo);
}

int bench_ping_start(bench_ping *ping, int asks) {
    int flags = fcntl(ping->channel.socket, F_GETFL);
    if (flags < 0 || fcntl(ping->channel.socket, F_SETFL, flags | O_NONBLOCK) != 0) {
        return bench_fail(ping->error, "making a socket non-blocking", errno);
    }
    int code = clinux_thread_start(&ping->thread, "bench-ping", asks ? run_asking : run_echoing, ping);
    if (code < 0) {
        return bench_fail(ping->error, "starting a thread", -code);
    }
    ping->is_running = 1;
    return 0;
}

void bench_ping_finish(bench_ping *ping) {
    atomic_store(&ping->is_over, 1);
    if (ping->is_running) {
        clinux_thread_join(ping->thread);
    }
    bench_close(&ping->channel);
}
