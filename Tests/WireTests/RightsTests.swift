import ServingTypes
import Testing
import Wire

@Suite struct RightsTests {
    private static func messages(of transfer: KVTransferID) -> [Message] {
        let grant = GoldenMessages.grant
        let chunk = KVChunk(
            transfer: transfer,
            grant: grant,
            number: 1,
            firstLayer: 0,
            layerCount: 1,
            firstBlock: 0,
            blockCount: 1
        )
        return [
            .offer(KVOffer(transfer: transfer, grant: grant, blockCount: 1)),
            .chunks([chunk]),
            .held(KVHeld(transfer: transfer, heldBlocks: 0, creditBytes: 1)),
            .verified(transfer),
            .resend(KVResend(transfer: transfer, numbers: [1])),
            .abort(KVAbort(transfer: transfer, error: GoldenMessages.failure)),
        ]
    }

    /// Who may send the messages of a hand-off, in the order of `messages(of:)`.
    private static let handOffSenders: [SenderRoles] = [
        .prefill, .prefill, .decode, .decode, .decode, .worker,
    ]

    @Test("the KV of a hand-off goes from a prefill role to a decode role")
    func handOff() {
        for (message, allowed) in zip(Self.messages(of: GoldenMessages.handOff), Self.handOffSenders) {
            for sender in [SenderRoles.prefill, .decode] {
                let refusal = WireError.forbiddenHandOff(message.type, sender: sender, allowed: allowed)
                if allowed.contains(sender) {
                    #expect(throws: Never.self, "\(message.type), \(sender)") {
                        try message.checkSender(sender)
                    }
                } else {
                    #expect(throws: refusal, "\(message.type), \(sender)") { try message.checkSender(sender) }
                    #expect(refusal.servingError.code == .unauthorized)
                }
            }
            #expect(throws: Never.self, "both roles: \(message.type)") { try message.checkSender(.worker) }
        }
    }

    @Test("a cached prefix goes between workers of any role")
    func fetch() {
        for message in Self.messages(of: GoldenMessages.fetchTransfer) {
            for sender in [SenderRoles.prefill, .decode] {
                #expect(throws: Never.self, "\(message.type), \(sender)") { try message.checkSender(sender) }
            }
        }
    }

    @Test("no value lifts what the type forbids", arguments: GoldenMessages.all.indices)
    func type(row: Int) {
        let message = GoldenMessages.all[row].message
        for sender in MessageTypeTests.roles where message.type.allowedSenders.isDisjoint(with: sender) {
            #expect(throws: WireError.forbidden(message.type, sender: sender)) {
                try message.checkSender(sender)
            }
        }
        #expect(throws: Never.self) { try message.checkSender(.all) }
    }
}
