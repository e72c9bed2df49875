internal import CLinux

/// An eventfd: lets any thread end another thread's wait.
final class WakeSignal: Sendable {
    private let descriptor: FileDescriptor

    init() throws(TransportError) {
        descriptor = try FileDescriptor.owning(clinux_eventfd(), from: "eventfd")
    }

    var number: Int32 { descriptor.number }

    func signal() { _ = clinux_eventfd_signal(descriptor.number) }

    func drain() { _ = clinux_eventfd_drain(descriptor.number) }
}
