import Testing
import Wire

/// Bytes from a broken or hostile peer are refused or mean something; they never trap.
///
/// Whatever is accepted must be a value that this side could have sent itself.
@Suite struct HostileBytesTests {
    @Test("random bytes", arguments: MessageType.allCases)
    func randomBytes(type: MessageType) {
        for seed: UInt64 in 1...300 {
            var random = SplitMix64(seed: seed)
            let header = Self.bytes(Int.random(in: 0...200, using: &random), &random)
            let payload = Self.bytes(Int.random(in: 0...3, using: &random) * 16, &random)
            Self.check(type, header, payload, "random bytes, seed \(seed)")
        }
    }

    @Test("every cut of every message", arguments: GoldenMessages.all.indices)
    func truncation(row: Int) throws {
        let (name, message) = GoldenMessages.all[row]
        let encoded = try message.encode()
        for count in encoded.header.indices {
            Self.check(
                message.type,
                Array(encoded.header[..<count]),
                encoded.payload,
                "\(name), header \(count)"
            )
        }
        for count in encoded.payload.indices {
            let cut = Array(encoded.payload[..<count])
            #expect(throws: WireError.self, "\(name), payload cut to \(count)") {
                _ = try Message.decode(type: message.type, header: encoded.header, payload: cut)
            }
        }
        #expect(throws: WireError.self, "\(name), payload with a byte too many") {
            _ = try Message.decode(type: message.type, header: encoded.header, payload: encoded.payload + [0])
        }
    }

    @Test("every flipped bit of every message", arguments: GoldenMessages.all.indices)
    func bitFlips(row: Int) throws {
        let (name, message) = GoldenMessages.all[row]
        let encoded = try message.encode()
        for bit in 0..<8 * encoded.header.count {
            var header = encoded.header
            header[bit / 8] ^= 1 << (bit % 8)
            Self.check(message.type, header, encoded.payload, "\(name), header bit \(bit)")
        }
        for bit in 0..<8 * encoded.payload.count {
            var payload = encoded.payload
            payload[bit / 8] ^= 1 << (bit % 8)
            Self.check(message.type, encoded.header, payload, "\(name), payload bit \(bit)")
        }
    }

    @Test("messages whose bytes were changed in several places", arguments: MessageType.allCases)
    func mutations(type: MessageType) throws {
        for seed: UInt64 in 1...300 {
            var generator = MessageGenerator(seed: seed)
            let encoded = try generator.message(type).encode()
            var header = encoded.header
            for _ in 0..<generator.int(1...8) where !header.isEmpty {
                header[generator.int(0...header.count - 1)] = UInt8(truncatingIfNeeded: generator.word())
            }
            Self.check(type, header, encoded.payload, "mutated, seed \(seed)")
        }
    }

    private static func bytes(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    private static func check(_ type: MessageType, _ header: [UInt8], _ payload: [UInt8], _ what: String) {
        guard let message = try? Message.decode(type: type, header: header, payload: payload) else { return }
        #expect(throws: Never.self, "\(type): \(what): accepted \(message)") {
            let encoded = try message.encode()
            let again = try Message.decode(type: type, header: encoded.header, payload: encoded.payload)
            #expect(again == message, "\(type): \(what)")
        }
    }
}
