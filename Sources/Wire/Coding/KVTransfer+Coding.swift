internal import CWireProto
internal import ServingTypes

private enum Field {
    static let offerBlocks = IntegerField("offer.block_count", 1...WireLimits.promptBlocks)
    static let heldBlocks = IntegerField("held.held_blocks", 0...WireLimits.promptBlocks)
    static let creditBytes = IntegerField("held.credit_bytes", IntegerField.anyCount)
    static let resendNumber = IntegerField("resend.numbers", 1...Int(UInt32.max))
}

extension KVOffer {
    init(_ raw: UnsafeMutablePointer<Baton__Offer>) throws(WireError) {
        self.init(
            transfer: try KVTransferID(raw.pointee.attempt, raw.pointee.kind),
            grant: Grant(rawValue: try Bytes128(raw.pointee.grant, "offer.grant")),
            blockCount: try Field.offerBlocks.decode(raw.pointee.block_count)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Offer> {
        let raw = try arena.make(CWireProto_make_offer)
        raw.pointee.attempt = try transfer.attempt.raw(in: arena)
        raw.pointee.kind = try transfer.rawKind()
        raw.pointee.grant = try grant.rawValue.raw(in: arena)
        raw.pointee.block_count = try Field.offerBlocks.encode(blockCount)
        return raw
    }
}

extension KVHeld {
    init(_ raw: UnsafeMutablePointer<Baton__Held>) throws(WireError) {
        self.init(
            transfer: try KVTransferID(raw.pointee.attempt, raw.pointee.kind),
            heldBlocks: try Field.heldBlocks.decode(raw.pointee.held_blocks),
            creditBytes: try Field.creditBytes.decode(raw.pointee.credit_bytes),
            landedThrough: raw.pointee.landed_through,
            isStalled: raw.pointee.is_stalled != 0
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Held> {
        let raw = try arena.make(CWireProto_make_held)
        raw.pointee.attempt = try transfer.attempt.raw(in: arena)
        raw.pointee.kind = try transfer.rawKind()
        raw.pointee.held_blocks = try Field.heldBlocks.encode(heldBlocks)
        raw.pointee.credit_bytes = try Field.creditBytes.encode(creditBytes)
        raw.pointee.landed_through = landedThrough
        raw.pointee.is_stalled = isStalled ? 1 : 0
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
        self.init(
            transfer: try KVTransferID(raw.pointee.attempt, raw.pointee.kind),
            error: try ServingError(raw.pointee.error)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Abort> {
        let raw = try arena.make(CWireProto_make_abort)
        raw.pointee.attempt = try transfer.attempt.raw(in: arena)
        raw.pointee.kind = try transfer.rawKind()
        raw.pointee.error = try error.raw(in: arena)
        return raw
    }
}

extension KVResend {
    init(_ raw: UnsafeMutablePointer<Baton__Resend>) throws(WireError) {
        let numbers = UnsafeBufferPointer(start: raw.pointee.numbers, count: raw.pointee.n_numbers)
        self.init(
            transfer: try KVTransferID(raw.pointee.attempt, raw.pointee.kind),
            numbers: Array(try Self.checked(numbers))
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Resend> {
        let raw = try arena.make(CWireProto_make_resend)
        raw.pointee.attempt = try transfer.attempt.raw(in: arena)
        raw.pointee.kind = try transfer.rawKind()
        let list: UnsafeMutableBufferPointer<UInt32> = try arena.array(try Self.checked(numbers).count)
        raw.pointee.n_numbers = list.initialize(fromContentsOf: numbers)
        raw.pointee.numbers = list.baseAddress
        return raw
    }

    private static func checked<Numbers: Collection<UInt32>>(
        _ numbers: Numbers
    ) throws(WireError) -> Numbers {
        guard !numbers.isEmpty else { throw .missing(field: "resend.numbers") }
        guard numbers.count <= WireLimits.resendChunks else {
            throw .tooLong(field: "resend.numbers", count: numbers.count, limit: WireLimits.resendChunks)
        }
        for number in numbers { _ = try Field.resendNumber.decode(number) }
        return numbers
    }
}
