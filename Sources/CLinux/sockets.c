#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <fcntl.h>

#include "CLinux.h"

_Static_assert(sizeof(struct sockaddr_storage) <= sizeof(((clinux_address *)0)->bytes), "too small");

int clinux_resolve(
    const char *host, uint16_t port, int is_numeric, clinux_address *addresses, int capacity, int *error
) {
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {
        .ai_flags = AI_NUMERICSERV | (is_numeric ? AI_NUMERICHOST : 0),
        .ai_family = AF_UNSPEC,
        .ai_socktype = SOCK_STREAM,
    };
    struct addrinfo *found = NULL;
    *error = getaddrinfo(host, service, &hints, &found);
    if (*error != 0) {
        return 0;
    }
    int count = 0;
    for (struct addrinfo *each = found; each != NULL && count < capacity; each = each->ai_next) {
        memset(&addresses[count], 0, sizeof addresses[count]);
        memcpy(addresses[count].bytes, each->ai_addr, each->ai_addrlen);
        addresses[count].length = each->ai_addrlen;
        count++;
    }
    freeaddrinfo(found);
    return count;
}

const char *clinux_resolve_error_text(int error) {
    return gai_strerror(error);
}

void clinux_address_text(const clinux_address *address, char *text, size_t capacity) {
    char host[INET6_ADDRSTRLEN] = "?";
    struct sockaddr_storage storage;
    memcpy(&storage, address->bytes, sizeof storage);
    if (storage.ss_family == AF_INET) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)&storage;
        inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
        snprintf(text, capacity, "%s:%u", host, ntohs(v4->sin_port));
    } else if (storage.ss_family == AF_INET6) {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&storage;
        inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
        snprintf(text, capacity, "[%s]:%u", host, ntohs(v6->sin6_port));
    } else {
        snprintf(text, capacity, "unknown address");
    }
}

static int family_of(const clinux_address *address) {
    struct sockaddr header;
    memcpy(&header, address->bytes, sizeof header);
    return header.sa_family;
}

static int fail_closing(int fd) {
    int code = errno;
    close(fd);
    return -code;
}

static int new_socket(const clinux_address *address) {
    int fd = socket(family_of(address), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return fd < 0 ? -errno : fd;
}

static int set_option(int fd, int level, int option) {
    int on = 1;
    return setsockopt(fd, level, option, &on, sizeof on);
}

int clinux_tcp_listen(const clinux_address *address, int backlog) {
    int fd = new_socket(address);
    if (fd < 0) {
        return fd;
    }
    // A name may resolve to both families: each gets its own listener.
    if (family_of(address) == AF_INET6 && set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY) != 0) {
        return fail_closing(fd);
    }
    if (set_option(fd, SOL_SOCKET, SO_REUSEADDR) != 0 ||
        bind(fd, (const struct sockaddr *)address->bytes, address->length) != 0 || listen(fd, backlog) != 0) {
        return fail_closing(fd);
    }
    return fd;
}

int clinux_tcp_accept(int listener, clinux_address *peer) {
    memset(peer, 0, sizeof *peer);
    socklen_t length = sizeof peer->bytes;
    int fd = accept4(listener, (struct sockaddr *)peer->bytes, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        return -errno;
    }
    peer->length = length;
    if (set_option(fd, IPPROTO_TCP, TCP_NODELAY) != 0) {
        return fail_closing(fd);
    }
    return fd;
}

int clinux_tcp_connect(const clinux_address *address) {
    int fd = new_socket(address);
    if (fd < 0) {
        return fd;
    }
    if (set_option(fd, IPPROTO_TCP, TCP_NODELAY) != 0) {
        return fail_closing(fd);
    }
    if (connect(fd, (const struct sockaddr *)address->bytes, address->length) != 0 && errno != EINPROGRESS) {
        return fail_closing(fd);
    }
    return fd;
}

int clinux_tcp_connect_result(int fd) {
    int code = 0;
    socklen_t length = sizeof code;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length) != 0) {
        return -errno;
    }
    return -code;
}

int clinux_tcp_local_address(int fd, clinux_address *address) {
    memset(address, 0, sizeof *address);
    socklen_t length = sizeof address->bytes;
    if (getsockname(fd, (struct sockaddr *)address->bytes, &length) != 0) {
        return -errno;
    }
    address->length = length;
    return 0;
}

int clinux_tcp_local_port(int fd) {
    clinux_address address;
    int result = clinux_tcp_local_address(fd, &address);
    if (result < 0) {
        return result;
    }
    struct sockaddr_storage storage;
    memcpy(&storage, address.bytes, sizeof storage);
    return storage.ss_family == AF_INET ? ntohs(((struct sockaddr_in *)&storage)->sin_port)
                                        : ntohs(((struct sockaddr_in6 *)&storage)->sin6_port);
}

int clinux_set_blocking(int fd, int64_t timeout_ms) {
    struct timeval limit = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0) {
        return -errno;
    }
    return 0;
}

int clinux_end_sending(int fd) {
    return shutdown(fd, SHUT_WR) == 0 ? 0 : -errno;
}

int clinux_end_both(int fd) {
    return shutdown(fd, SHUT_RDWR) == 0 ? 0 : -errno;
}

int clinux_reset_on_close(int fd) {
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    return setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0 ? 0 : -errno;
}

int clinux_close(int fd) {
    return close(fd) == 0 ? 0 : -errno;
}

int clinux_discard_input(int fd) {
    char sink[4096];
    for (int reads = 0; reads < 256; reads++) {
        ssize_t count = recv(fd, sink, sizeof sink, MSG_DONTWAIT);
        if (count == 0) {
            return 0;
        }
        if (count < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
    }
    return 1;
}
