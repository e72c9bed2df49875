internal import Glibc
internal import Synchronization

/// One loop that is being run: lives on the caller's stack while the board shows it.
struct Job {
    let count: Int
    let body: (_ item: Int, _ thread: Int) -> Void
}

/// Where a pool's caller posts one job at a time and its threads find it.
///
/// A thread joins a job under the lock and leaves it under the lock; the caller takes the job down when no
/// thread is in it any more, so that nobody touches a job after ``retire()`` returned.
final class JobBoard: @unchecked Sendable {
    // Sendable: `job`, `active` and `isClosed` are read and written with `mutex` held only; `next` and
    // `posted` are atomic; mutex and conditions live at fixed addresses until deinit.

    /// Turns of the wait before sleeping: some ten microseconds, about what a layer's serial parts take.
    private static let spinLimit = 2_000

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let left = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var job: UnsafeMutablePointer<Job>?
    private var active = 0
    private var isClosed = false
    /// Next item of the posted job.
    private let next = Atomic<Int>(0)
    /// How many jobs and closings were posted: what waiting threads watch.
    private let posted = Atomic<Int>(0)

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
        pthread_cond_init(left, nil)
    }

    deinit {
        pthread_cond_destroy(left)
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        left.deallocate()
        changed.deallocate()
        mutex.deallocate()
    }

    /// Shows a job to the threads.
    func post(_ job: UnsafeMutablePointer<Job>) {
        pthread_mutex_lock(mutex)
        next.store(0, ordering: .relaxed)
        self.job = job
        posted.add(1, ordering: .releasing)
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    /// Takes items until none is left.
    func work(on job: UnsafeMutablePointer<Job>, as thread: Int) {
        while true {
            let item = next.add(1, ordering: .relaxed).oldValue
            guard item < job.pointee.count else { return }
            job.pointee.body(item, thread)
        }
    }

    /// Takes the job down and waits until no thread is in it.
    func retire() {
        pthread_mutex_lock(mutex)
        job = nil
        while active > 0 { pthread_cond_wait(left, mutex) }
        pthread_mutex_unlock(mutex)
    }

    /// Tells all threads to end.
    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        posted.add(1, ordering: .releasing)
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    /// Joins every job until the board is closed.
    func serve(as thread: Int) {
        var seen = 0
        pthread_mutex_lock(mutex)
        while !isClosed {
            seen = posted.load(ordering: .relaxed)
            if let job {
                active += 1
                pthread_mutex_unlock(mutex)
                work(on: job, as: thread)
                pthread_mutex_lock(mutex)
                active -= 1
                if active == 0 { pthread_cond_signal(left) }
            }
            awaitPost(after: seen)
        }
        pthread_mutex_unlock(mutex)
    }

    /// Called with the lock held: spins without it for a moment, then sleeps, until something new is posted.
    private func awaitPost(after seen: Int) {
        pthread_mutex_unlock(mutex)
        var turns = 0
        while turns < Self.spinLimit && posted.load(ordering: .acquiring) == seen { turns += 1 }
        pthread_mutex_lock(mutex)
        while posted.load(ordering: .relaxed) == seen { pthread_cond_wait(changed, mutex) }
    }
}
