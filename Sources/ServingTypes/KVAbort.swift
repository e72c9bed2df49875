/// Either side of a transfer to the other: this transfer is over without success.
public struct KVAbort: Hashable, Sendable {
    /// The transfer.
    public var transfer: KVTransferID
    /// Why.
    public var error: ServingError

    /// Ends a transfer.
    public init(transfer: KVTransferID, error: ServingError) {
        self.transfer = transfer
        self.error = error
    }
}
