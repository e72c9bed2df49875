internal import CWireProto
internal import ServingTypes

private enum Field {
    static let offerBlocks = IntegerField("offer.block_count", 1...WireLimits.promptBlocks)
    static let heldBlocks = IntegerField("held.held_blocks", 0...WireLimits.promptBlocks)
    static let creditBytes = IntegerField("held.credit_bytes", IntegerField.anyCount)
}

extension KVOffer {
    init(_ raw: UnsafeMutablePointer<Baton__Offer>) throws(WireError) {
        self.init(
            attempt: try AttemptID(raw.pointee.attempt),
            grant: Grant(rawValue: try Bytes128(raw.pointee.grant, "offer.grant")),
            blockCount: try Field.offerBlocks.decode(raw.pointee.block_count)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Offer> {
        let raw = try arena.make(CWireProto_make_offer)
        raw.pointee.attempt = try attempt.raw(in: arena)
        raw.pointee.grant = try grant.rawValue.raw(in: arena)
        raw.pointee.block_count = try Field.offerBlocks.encode(blockCount)
        return raw
    }
}

extension KVHeld {
    init(_ raw: UnsafeMutablePointer<Baton__Held>) throws(WireError) {
        self.init(
            attempt: try AttemptID(raw.pointee.attempt),
            heldBlocks: try Field.heldBlocks.decode(raw.pointee.held_blocks),
            creditBytes: try Field.creditBytes.decode(raw.pointee.credit_bytes)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Held> {
        let raw = try arena.make(CWireProto_make_held)
        raw.pointee.attempt = try attempt.raw(in: arena)
        raw.pointee.held_blocks = try Field.heldBlocks.encode(heldBlocks)
        raw.pointee.credit_bytes = try Field.creditBytes.encode(creditBytes)
        return raw
    }
}

extension KVHandOff {
    init(_ raw: UnsafeMutablePointer<Baton__HandOff>, payload: [UInt8]) throws(WireError) {
        let tokens = try TokenPayload.decode(
            payload,
            count: 1,
            hasLogprobs: raw.pointee.has_logprobs != 0,
            of: .handOff
        )
        self.init(
            attempt: try AttemptID(raw.pointee.attempt),
            grant: Grant(rawValue: try Bytes128(raw.pointee.grant, "hand_off.grant")),
            token: tokens[0]
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__HandOff> {
        let raw = try arena.make(CWireProto_make_hand_off)
        raw.pointee.attempt = try attempt.raw(in: arena)
        raw.pointee.grant = try grant.rawValue.raw(in: arena)
        raw.pointee.has_logprobs = TokenPayload.hasLogprobs([token]) ? 1 : 0
        return raw
    }
}

extension KVAbort {
    init(_ raw: UnsafeMutablePointer<Baton__Abort>) throws(WireError) {
        self.init(attempt: try AttemptID(raw.pointee.attempt), error: try ServingError(raw.pointee.error))
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Abort> {
        let raw = try arena.make(CWireProto_make_abort)
        raw.pointee.attempt = try attempt.raw(in: arena)
        raw.pointee.error = try error.raw(in: arena)
        return raw
    }
}

extension AttemptID {
    /// The message that confirms the attempt's KV.
    func verified(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Verified> {
        let raw = try arena.make(CWireProto_make_verified)
        raw.pointee.attempt = try self.raw(in: arena)
        return raw
    }
}
