import ServingTypes

/// One side of a transfer that has succeeded, to be counted.
public struct TransferDone: Hashable, Sendable {
    /// The transfer.
    public var transfer: KVTransferID
    /// Whether this worker sent it.
    public var isSent: Bool
    /// How its KV was encoded.
    public var codec: KVCodec
    /// KV bytes that crossed, before encoding; 0 when the receiver held everything.
    public var bytes: Int
    /// From the offer, or from asking for a prefix, to verified KV.
    public var elapsed: Duration
}
