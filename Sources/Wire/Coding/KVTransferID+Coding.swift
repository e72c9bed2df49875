internal import CWireProto
internal import ServingTypes

private let transferKind = ChoiceField<KVTransferID.Kind>("transfer.kind")

// Attempt and kind are fields of each message, not one of their own: a chunk's head is built for every chunk.
extension KVTransferID {
    init(
        _ attempt: UnsafeMutablePointer<Baton__Attempt>?,
        _ kind: Baton__TransferKind
    ) throws(WireError) {
        self.init(attempt: try AttemptID(attempt), kind: try transferKind.decode(kind))
    }

    func rawKind() throws(WireError) -> Baton__TransferKind { try transferKind.encode(kind) }
}

extension KVTransferID {
    /// The transfer whose KV is confirmed.
    init(_ raw: UnsafeMutablePointer<Baton__Verified>) throws(WireError) {
        try self.init(raw.pointee.attempt, raw.pointee.kind)
    }

    /// The message that confirms the transfer's KV.
    func verified(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Verified> {
        let raw = try arena.make(CWireProto_make_verified)
        raw.pointee.attempt = try attempt.raw(in: arena)
        raw.pointee.kind = try rawKind()
        return raw
    }
}
