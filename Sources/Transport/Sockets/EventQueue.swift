internal import CLinux

/// An epoll instance, level-triggered.
final class EventQueue: Sendable {
    /// What one descriptor is ready for.
    struct Event {
        let token: UInt64
        let isReadable: Bool
        let isWritable: Bool
    }

    private static let batch = 128

    private let descriptor: FileDescriptor

    init() throws(TransportError) {
        descriptor = try FileDescriptor.owning(clinux_epoll_create(), from: "epoll_create")
    }

    func add(_ number: Int32, events: UInt32, token: UInt64) throws(TransportError) {
        try check(clinux_epoll_add(descriptor.number, number, events, token))
    }

    func change(_ number: Int32, events: UInt32, token: UInt64) throws(TransportError) {
        try check(clinux_epoll_change(descriptor.number, number, events, token))
    }

    func remove(_ number: Int32) throws(TransportError) {
        try check(clinux_epoll_remove(descriptor.number, number))
    }

    /// Waits until something is ready; a failed or hung-up descriptor is ready for both.
    func wait(timeoutMilliseconds: Int32) -> [Event] {
        var raw = [clinux_event](repeating: clinux_event(), count: Self.batch)
        let count = clinux_epoll_wait(descriptor.number, &raw, Int32(raw.count), timeoutMilliseconds)
        precondition(count >= 0, "epoll_wait failed: \(SystemError.text(of: -count))")
        return raw.prefix(Int(count)).map { event in
            Event(
                token: event.token,
                isReadable: event.events & (Readiness.readable | Readiness.failed) != 0,
                isWritable: event.events & (Readiness.writable | Readiness.failed) != 0
            )
        }
    }

    private func check(_ result: Int32) throws(TransportError) {
        guard result == 0 else { throw .system(operation: "epoll_ctl", code: -result) }
    }
}
