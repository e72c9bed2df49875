/// How fast a worker writes and reads a codec, on one lane.
public struct KVCodecRate: Hashable, Sendable {
    /// The codec.
    public var codec: KVCodec
    /// KV bytes encoded per second, counted before encoding.
    public var encodeBytesPerSecond: Double
    /// KV bytes decoded per second, counted after decoding.
    public var decodeBytesPerSecond: Double
    /// Bytes sent for each byte of KV.
    public var sizeRatio: Double

    /// States a speed.
    public init(
        codec: KVCodec,
        encodeBytesPerSecond: Double,
        decodeBytesPerSecond: Double,
        sizeRatio: Double
    ) {
        self.codec = codec
        self.encodeBytesPerSecond = encodeBytesPerSecond
        self.decodeBytesPerSecond = decodeBytesPerSecond
        self.sizeRatio = sizeRatio
    }
}
