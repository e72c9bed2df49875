internal import CLinux
internal import ServingTypes

/// A descriptor by which one thread wakes another.
final class NewsBell: Sendable {
    /// Readable after a ring.
    let descriptor: Int32

    init() throws(ServingError) {
        descriptor = clinux_eventfd()
        guard descriptor >= 0 else {
            throw ServingError(.engine, "cannot make an event descriptor: errno \(-descriptor)")
        }
    }

    deinit { _ = clinux_close(descriptor) }

    /// Wakes who waits.
    func ring() { _ = clinux_eventfd_signal(descriptor) }

    /// Takes the rings so far.
    func quiet() { _ = clinux_eventfd_drain(descriptor) }
}
