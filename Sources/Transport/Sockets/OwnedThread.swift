internal import CLinux
import Synchronization

/// A thread that runs one body and can be waited for; signals, SIGPIPE included, are blocked in it.
final class OwnedThread: Sendable {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let handle: UInt64
    private let isJoined = Mutex(false)

    /// Starts `body`.
    ///
    /// - Parameter name: shown by tools, cut to 15 bytes.
    init(name: String, _ body: @escaping @Sendable () -> Void) throws(TransportError) {
        let context = Unmanaged.passRetained(Body(body))
        var handle: UInt64 = 0
        let result = clinux_thread_start(
            &handle,
            String(name.prefix(15)),
            { context in
                guard let context else { return }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
            },
            context.toOpaque()
        )
        guard result == 0 else {
            context.release()
            throw .system(operation: "starting thread \(name)", code: -result)
        }
        self.handle = handle
    }

    deinit {
        isJoined.withLock { if !$0 { _ = clinux_thread_detach(handle) } }
    }

    /// True when called on this thread.
    var isCurrent: Bool { clinux_thread_is_current(handle) != 0 }

    /// Waits until the body has returned; several threads may wait.
    func join() {
        precondition(!isCurrent, "a thread cannot wait for itself")
        // Later callers wait at the lock: what it guards is exactly the one join that is allowed.
        isJoined.withLock { isJoined in
            guard !isJoined else { return }
            _ = clinux_thread_join(handle)
            isJoined = true
        }
    }
}
