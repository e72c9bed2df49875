/// Receiver to sender: these chunks came damaged or torn; send them again.
public struct KVResend: Hashable, Sendable {
    /// The transfer.
    public var transfer: KVTransferID
    /// Numbers of the chunks; 1 to 1,024.
    public var numbers: [UInt32]

    /// Asks for chunks again.
    public init(transfer: KVTransferID, numbers: [UInt32]) {
        self.transfer = transfer
        self.numbers = numbers
    }
}
