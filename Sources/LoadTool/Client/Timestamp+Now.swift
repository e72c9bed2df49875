internal import NIOCore
internal import ServingTypes

extension Timestamp {
    /// This moment on the monotonic clock.
    static var now: Timestamp { Timestamp(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds)) }

    /// The same moment for an event loop's timers.
    var deadline: NIODeadline { .uptimeNanoseconds(UInt64(max(0, nanoseconds))) }
}
