/// Names one scheduled call of a ``ControlLoop``.
public struct TimerID: Hashable, Sendable {
    let rawValue: UInt64
}
