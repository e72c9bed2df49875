#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "CLinux.h"

_Static_assert(clinux_readable == EPOLLIN && clinux_writable == EPOLLOUT, "event bits differ");
_Static_assert(clinux_failed == EPOLLERR && clinux_hung_up == EPOLLHUP, "event bits differ");
_Static_assert(clinux_readable == POLLIN && clinux_writable == POLLOUT, "event bits differ");

enum { max_events = 128 };

int clinux_epoll_create(void) {
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static int control(int epoll, int operation, int fd, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    return epoll_ctl(epoll, operation, fd, &event) == 0 ? 0 : -errno;
}

int clinux_epoll_add(int epoll, int fd, uint32_t events, uint64_t token) {
    return control(epoll, EPOLL_CTL_ADD, fd, events, token);
}

int clinux_epoll_change(int epoll, int fd, uint32_t events, uint64_t token) {
    return control(epoll, EPOLL_CTL_MOD, fd, events, token);
}

int clinux_epoll_remove(int epoll, int fd) {
    return control(epoll, EPOLL_CTL_DEL, fd, 0, 0);
}

int clinux_epoll_wait(int epoll, clinux_event *events, int capacity, int timeout_ms) {
    struct epoll_event found[max_events];
    int count = epoll_wait(epoll, found, capacity < max_events ? capacity : max_events, timeout_ms);
    if (count < 0) {
        return errno == EINTR ? 0 : -errno;
    }
    for (int index = 0; index < count; index++) {
        events[index].token = found[index].data.u64;
        events[index].events = found[index].events;
    }
    return count;
}

int clinux_wait_two(int first, uint32_t first_events, int second, uint32_t second_events, int timeout_ms) {
    struct pollfd watched[2] = {
        {.fd = first, .events = (short)first_events},
        {.fd = second, .events = (short)second_events},
    };
    int count = poll(watched, 2, timeout_ms);
    if (count < 0) {
        return errno == EINTR ? 0 : -errno;
    }
    return (watched[0].revents != 0 ? 1 : 0) | (watched[1].revents != 0 ? 2 : 0);
}

int clinux_eventfd(void) {
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

int clinux_eventfd_signal(int fd) {
    uint64_t one = 1;
    // A full counter (EAGAIN) is as good as a signal.
    return write(fd, &one, sizeof one) == sizeof one || errno == EAGAIN ? 0 : -errno;
}

int clinux_eventfd_drain(int fd) {
    uint64_t count;
    return read(fd, &count, sizeof count) == sizeof count || errno == EAGAIN ? 0 : -errno;
}
