/// One frame of a probe of an idle path: its payload means nothing and is thrown away, its arrival is confirmed.
public struct KVProbe: Hashable, Sendable {
    /// Rises with each frame of the sender's boot.
    public var number: UInt64
    /// Bytes of the payload; at most 1 MiB.
    public var payloadBytes: Int

    /// Describes a frame.
    public init(number: UInt64, payloadBytes: Int) {
        self.number = number
        self.payloadBytes = payloadBytes
    }
}
