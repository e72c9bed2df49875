#define _GNU_SOURCE
#include <sys/stat.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "CLinux.h"

int64_t clinux_monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int clinux_errno(void) {
    return errno;
}

void clinux_error_text(int code, char *text, size_t capacity) {
    char storage[128];
    const char *found = strerror_r(code, storage, sizeof storage);
    snprintf(text, capacity, "%s", found);
}

int clinux_memory_map(size_t count, void **start) {
    void *mapped = mmap(NULL, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) {
        return -errno;
    }
    *start = mapped;
    return 0;
}

int clinux_memory_unmap(void *start, size_t count) {
    return munmap(start, count) == 0 ? 0 : -errno;
}

typedef struct {
    void (*body)(void *);
    void *context;
} start_arguments;

static void *run_body(void *argument) {
    start_arguments arguments = *(start_arguments *)argument;
    free(argument);
    arguments.body(arguments.context);
    return NULL;
}

static void signals_to_block(sigset_t *set) {
    static const int synchronous[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPROF};
    sigfillset(set);
    for (size_t index = 0; index < sizeof synchronous / sizeof *synchronous; index++) {
        sigdelset(set, synchronous[index]);
    }
}

int clinux_thread_start(uint64_t *thread, const char *name, void (*body)(void *), void *context) {
    start_arguments *arguments = malloc(sizeof *arguments);
    if (arguments == NULL) {
        return -ENOMEM;
    }
    *arguments = (start_arguments){body, context};
    sigset_t blocked, before;
    signals_to_block(&blocked);
    // The new thread inherits the mask.
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    pthread_t started;
    int code = pthread_create(&started, NULL, run_body, arguments);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code != 0) {
        free(arguments);
        return -code;
    }
    pthread_setname_np(started, name);
    *thread = (uint64_t)started;
    return 0;
}

// `thread` 0 is the calling one.
static int prefer_latency(pid_t thread) {
    // The first version of the kernel's struct sched_attr; the C library has none yet.
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } attributes = {.size = 48, .runtime = 100 * 1000};
    attributes.nice = getpriority(PRIO_PROCESS, (id_t)(thread != 0 ? thread : syscall(SYS_gettid)));
    return syscall(SYS_sched_setattr, thread, &attributes, 0) == 0 ? 0 : -errno;
}

int clinux_thread_prefer_latency(void) { return prefer_latency(0); }

int clinux_process_prefer_latency(void) {
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL) {
        return -errno;
    }
    int result = 0;
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        pid_t thread = (pid_t)strtol(task->d_name, NULL, 10);
        // A thread that has ended meanwhile needs nothing.
        int status = thread > 0 ? prefer_latency(thread) : 0;
        if (status != 0 && status != -ESRCH && result == 0) {
            result = status;
        }
    }
    closedir(tasks);
    return result;
}

int clinux_thread_stand_back(void) {
    // As above. A thread with a shorter slice that wakes up takes the processor at once.
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } attributes = {.size = 48, .policy = SCHED_BATCH, .nice = 10, .runtime = 100 * 1000 * 1000};
    return syscall(SYS_sched_setattr, 0, &attributes, 0) == 0 ? 0 : -errno;
}

int clinux_thread_join(uint64_t thread) {
    return -pthread_join((pthread_t)thread, NULL);
}

int clinux_thread_detach(uint64_t thread) {
    return -pthread_detach((pthread_t)thread);
}

int clinux_thread_is_current(uint64_t thread) {
    return pthread_equal(pthread_self(), (pthread_t)thread);
}

static int write_all(int fd, const uint8_t *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(fd, bytes, count);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return -errno;
        }
        bytes += written;
        count -= (size_t)written;
    }
    return fsync(fd) == 0 ? 0 : -errno;
}

int clinux_write_new_file(const char *path, const void *bytes, size_t count, unsigned mode) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (fd < 0) {
        return -errno;
    }
    int result = write_all(fd, bytes, count);
    if (close(fd) != 0 && result == 0) {
        result = -errno;
    }
    if (result != 0) {
        unlink(path);
    }
    return result;
}

int clinux_file_exists(const char *path) {
    return access(path, F_OK) == 0;
}

int clinux_copy_owner(const char *from, const char *to) {
    struct stat status;
    if (stat(from, &status) != 0) {
        return -errno;
    }
    return chown(to, status.st_uid, status.st_gid) == 0 ? 0 : -errno;
}

int clinux_rename(const char *from, const char *to) {
    return rename(from, to) == 0 ? 0 : -errno;
}

int clinux_unlink(const char *path) {
    return unlink(path) == 0 ? 0 : -errno;
}

int clinux_process_id(void) {
    return (int)getpid();
}
