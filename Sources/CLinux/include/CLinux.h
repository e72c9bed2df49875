// Linux facilities that Swift's Glibc module lacks or that are clumsy from Swift.
//
// Functions that return `int` give a value >= 0, or `-errno`.
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>

// --- Checksums

// CRC-32C of `count` bytes, continuing from `crc` (0 at the start); the fastest form this CPU has.
uint32_t clinux_crc32c(uint32_t crc, const void *bytes, size_t count);

// The same value from tables: the oracle, and the form for other CPUs.
uint32_t clinux_crc32c_scalar(uint32_t crc, const void *bytes, size_t count);

// --- Time and errors

// Nanoseconds on CLOCK_MONOTONIC.
int64_t clinux_monotonic_ns(void);

// The calling thread's errno.
int clinux_errno(void);

// Writes the text for an errno value, always terminated.
void clinux_error_text(int code, char *text, size_t capacity);

// --- Memory

// Maps `count` bytes of zeroed private memory; unmapping gives it back to the system.
int clinux_memory_map(size_t count, void **start);
int clinux_memory_unmap(void *start, size_t count);

// --- Threads

// Starts a thread with every signal but the synchronous ones blocked (SIGPIPE with them), so that signals
// reach the threads that wait for them and a write to a closed socket is an error code. `name` has at most 15
// bytes.
int clinux_thread_start(uint64_t *thread, const char *name, void (*body)(void *), void *context);
int clinux_thread_join(uint64_t thread);
int clinux_thread_detach(uint64_t thread);
int clinux_thread_is_current(uint64_t thread);
// Asks for short time slices for the calling thread: it then runs soon after it wakes, also beside threads that never
// sleep. Takes nothing from them in the long run. Linux 6.12 and later; elsewhere it changes nothing.
int clinux_thread_prefer_latency(void);
// The same for all threads that this process has now, and so for those that they start.
int clinux_process_prefer_latency(void);
// Lets every other thread of the machine go before the calling one, for good: batch policy, nice 10, long time slices.
int clinux_thread_stand_back(void);

// --- Waiting

enum {
    clinux_readable = 1,
    clinux_writable = 4,
    clinux_failed = 8,
    clinux_hung_up = 16,
};

typedef struct {
    uint64_t token;
    uint32_t events;
} clinux_event;

int clinux_epoll_create(void);
int clinux_epoll_add(int epoll, int fd, uint32_t events, uint64_t token);
int clinux_epoll_change(int epoll, int fd, uint32_t events, uint64_t token);
int clinux_epoll_remove(int epoll, int fd);

// Waits for at most `capacity` (<= 128) events; a negative timeout waits for ever; an interrupted wait gives
// 0.
int clinux_epoll_wait(int epoll, clinux_event *events, int capacity, int timeout_ms);

// Waits for one of two descriptors; returns bit 0 for the first, bit 1 for the second, 0 after the timeout.
// Each is watched for its own events; hang-up and failure always count.
int clinux_wait_two(int first, uint32_t first_events, int second, uint32_t second_events, int timeout_ms);

int clinux_eventfd(void);
int clinux_eventfd_signal(int fd);
int clinux_eventfd_drain(int fd);

// --- Sockets

typedef struct {
    uint8_t bytes[128];
    uint32_t length;
} clinux_address;

// Resolves a host; returns the number of addresses (at most `capacity`). If `error` comes back other than 0,
// it is a getaddrinfo code and the return value is 0.
int clinux_resolve(
    const char *host, uint16_t port, int is_numeric, clinux_address *addresses, int capacity, int *error
);
const char *clinux_resolve_error_text(int error);

// Writes "127.0.0.1:80" or "[::1]:80".
void clinux_address_text(const clinux_address *address, char *text, size_t capacity);

// All sockets are close-on-exec, with TCP_NODELAY; listening, accepted and connecting ones are non-blocking.
int clinux_tcp_listen(const clinux_address *address, int backlog);
int clinux_tcp_accept(int listener, clinux_address *peer);
int clinux_tcp_connect(const clinux_address *address);
int clinux_tcp_connect_result(int fd);
int clinux_tcp_local_port(int fd);
// The address of this side of a connection, or of a listener.
int clinux_tcp_local_address(int fd, clinux_address *address);

// Turns a socket to blocking, with a limit on how long one read or write may wait.
int clinux_set_blocking(int fd, int64_t timeout_ms);

// shutdown(2) of the sending side, or of both sides: unblocks whoever waits on the socket.
int clinux_end_sending(int fd);
int clinux_end_both(int fd);
// Closing will reset the connection, whatever state it is in.
int clinux_reset_on_close(int fd);
int clinux_close(int fd);

// Reads and drops at most 1 MiB from a non-blocking socket; 0 once it ended or failed, 1 while more may come.
int clinux_discard_input(int fd);

// --- Files

// Writes a new file with these permissions; fails with EEXIST if there is one. Synced before it returns.
int clinux_write_new_file(const char *path, const void *bytes, size_t count, unsigned mode);
int clinux_file_exists(const char *path);
// Gives a file the owner and group of another one, as far as this process may.
int clinux_copy_owner(const char *from, const char *to);
int clinux_rename(const char *from, const char *to);
int clinux_unlink(const char *path);
int clinux_process_id(void);

// --- Terminals

// Columns and rows of the terminal behind a descriptor.
int clinux_terminal_size(int fd, int *columns, int *rows);

// Takes the terminal: keys come one by one without echo (where `input` is one), `begin` is written to `output`. What is
// written at the end (`end`, at most 128 bytes) and the terminal's modes come back by `give_back`, and also when
// the process exits or dies of a fatal signal. One terminal per process.
int clinux_terminal_take(int input, int output, const char *begin, const char *end);
void clinux_terminal_give_back(void);

// A descriptor from which SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP and SIGCONT are read; they no longer do
// what they did. Threads started before still get them: call it first.
int clinux_signals_open(void);
// The next of these signals; 0 if none has come.
int clinux_signals_next(int fd);
// Stops this process until it is continued.
int clinux_stop_self(void);

// Waits for at most 8 descriptors to be readable or ended; bit i of the result is descriptor i. An interrupted wait
// gives 0, a negative timeout waits for ever.
int clinux_wait_readable(const int *fds, int count, int timeout_ms);
int clinux_read(int fd, void *bytes, size_t capacity);

#endif
