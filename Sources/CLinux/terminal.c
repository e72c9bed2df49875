#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "CLinux.h"

int clinux_terminal_size(int fd, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0) {
        return -errno;
    }
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

// What a terminal was before it was taken; read by handlers of fatal signals, so it is not behind a lock. `is_taken`
// is written last and cleared first.
static struct {
    volatile sig_atomic_t is_taken;
    int input, output;
    int has_modes;
    struct termios modes;
    char end[128];
    size_t end_count;
} taken;

static void write_all(int fd, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(fd, bytes, count);
        if (written < 0 && errno != EINTR) {
            return;
        }
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        }
    }
}

// Only calls that signal handlers may make.
void clinux_terminal_give_back(void) {
    if (!taken.is_taken) {
        return;
    }
    taken.is_taken = 0;
    write_all(taken.output, taken.end, taken.end_count);
    if (taken.has_modes) {
        tcsetattr(taken.input, TCSANOW, &taken.modes);
    }
}

static void give_back_and_die(int signal) {
    clinux_terminal_give_back();
    // The handler was reset when it was entered: this ends the process as the signal would have.
    raise(signal);
}

static void watch_fatal_signals(void) {
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = give_back_and_die;
    action.sa_flags = SA_RESETHAND | SA_NODEFER;
    for (size_t index = 0; index < sizeof fatal / sizeof *fatal; index += 1) {
        sigaction(fatal[index], &action, NULL);
    }
}

int clinux_terminal_take(int input, int output, const char *begin, const char *end) {
    static int is_watched = 0;
    size_t end_count = strlen(end);
    if (end_count > sizeof taken.end) {
        return -EINVAL;
    }
    taken.input = input;
    taken.output = output;
    memcpy(taken.end, end, end_count);
    taken.end_count = end_count;
    taken.has_modes = isatty(input) == 1;
    if (taken.has_modes) {
        if (tcgetattr(input, &taken.modes) != 0) {
            return -errno;
        }
        struct termios raw = taken.modes;
        // Keys come one by one and are not echoed; Ctrl-C and its like stay signals.
        raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
        raw.c_iflag &= ~(tcflag_t)(IXON | ICRNL);
        raw.c_cc[VMIN] = 0;
        raw.c_cc[VTIME] = 0;
        if (tcsetattr(input, TCSANOW, &raw) != 0) {
            return -errno;
        }
    }
    if (!is_watched) {
        watch_fatal_signals();
        atexit(clinux_terminal_give_back);
        is_watched = 1;
    }
    taken.is_taken = 1;
    write_all(output, begin, strlen(begin));
    return 0;
}

int clinux_signals_open(void) {
    static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT};
    sigset_t set;
    sigemptyset(&set);
    for (size_t index = 0; index < sizeof watched / sizeof *watched; index += 1) {
        sigaddset(&set, watched[index]);
    }
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
        return -errno;
    }
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd >= 0 ? fd : -errno;
}

int clinux_signals_next(int fd) {
    struct signalfd_siginfo info;
    ssize_t count = read(fd, &info, sizeof info);
    return count == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

int clinux_stop_self(void) {
    return kill(getpid(), SIGSTOP) == 0 ? 0 : -errno;
}

int clinux_wait_readable(const int *fds, int count, int timeout_ms) {
    struct pollfd entries[8];
    if (count < 0 || count > 8) {
        return -EINVAL;
    }
    for (int index = 0; index < count; index += 1) {
        entries[index] = (struct pollfd){.fd = fds[index], .events = POLLIN};
    }
    int found = poll(entries, (nfds_t)count, timeout_ms);
    if (found < 0) {
        return errno == EINTR ? 0 : -errno;
    }
    int ready = 0;
    for (int index = 0; index < count; index += 1) {
        if (entries[index].revents != 0) {
            ready |= 1 << index;
        }
    }
    return ready;
}

int clinux_read(int fd, void *bytes, size_t capacity) {
    ssize_t count = read(fd, bytes, capacity);
    return count >= 0 ? (int)count : -errno;
}
