import Testing
import Wire

@Suite struct MessageTypeTests {
    /// Number and senders of every message: a change here breaks the protocol.
    static let table: [UInt16: (name: String, senders: String)] = [
        0x0101: ("hello", "router,prefill,decode,admin"),
        0x0102: ("register", "prefill,decode"),
        0x0103: ("registered", "router"),
        0x0104: ("load", "prefill,decode"),
        0x0105: ("load_resync", "router"),
        0x0106: ("heartbeat", "router,prefill,decode,admin"),
        0x0107: ("drain", "router"),
        0x0108: ("undrain", "router"),
        0x0109: ("drain_status", "prefill,decode"),
        0x010A: ("failure", "router,prefill,decode,admin"),
        0x010B: ("set_role", "router"),
        0x010C: ("role_answer", "prefill,decode"),
        0x010D: ("flush_cache", "router"),
        0x010E: ("cache_flushed", "prefill,decode"),
        0x0201: ("assign", "router"),
        0x0202: ("answer", "prefill,decode"),
        0x0203: ("tokens", "prefill,decode"),
        0x0204: ("ended", "prefill,decode"),
        0x0205: ("cancel", "router"),
        0x0206: ("preempt", "router"),
        0x0301: ("offer", "prefill,decode"),
        0x0302: ("held", "prefill,decode"),
        0x0303: ("chunks", "prefill,decode"),
        0x0304: ("hand_off", "prefill"),
        0x0305: ("verified", "prefill,decode"),
        0x0306: ("abort", "prefill,decode"),
        0x0307: ("fetch", "prefill,decode"),
        0x0308: ("resend", "prefill,decode"),
        0x0309: ("probe", "prefill,decode"),
        0x030A: ("probed", "prefill,decode"),
        0x0403: ("drain_request", "prefill,decode,admin"),
        0x0404: ("drain_reply", "router"),
        0x0405: ("request_query", "admin"),
        0x0407: ("decision", "router"),
        0x0410: ("role_request", "admin"),
        0x0411: ("role_reply", "router"),
        0x0414: ("document_request", "router,admin"),
        0x0415: ("document_reply", "router,prefill,decode"),
        0x0416: ("worker_order", "admin"),
        0x0417: ("worker_order_reply", "router"),
    ]
    static let roles: [SenderRoles] = [.router, .prefill, .decode, .admin]

    @Test("numbers and senders are those of the protocol")
    func numbersAndSenders() {
        let actual = MessageType.allCases.map { "\($0.rawValue) \($0) \($0.allowedSenders)" }.sorted()
        let expected = Self.table.map { "\($0.key) \($0.value.name) \($0.value.senders)" }.sorted()
        #expect(actual == expected)
    }

    @Test("a type is accepted from exactly the roles of the table", arguments: MessageType.allCases)
    func acceptance(type: MessageType) {
        for role in Self.roles {
            let isAccepted = (try? MessageType(checking: type.rawValue, from: role)) == type
            #expect(isAccepted == type.allowedSenders.contains(role), "\(role)")
        }
        #expect((try? MessageType(checking: type.rawValue, from: .all)) == type)
        #expect(throws: WireError.forbidden(type, sender: [])) {
            _ = try MessageType(checking: type.rawValue, from: [])
        }
    }

    @Test(
        "an unknown number is refused",
        arguments: [0, 0x0100, 0x010F, 0x0300, 0x030B, 0x0418, 0xFFFF]
    )
    func unknownNumber(number: UInt16) {
        #expect(throws: WireError.unknownType(number)) {
            _ = try MessageType(checking: number, from: .all)
        }
    }
}
