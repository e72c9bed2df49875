import Foundation
import Testing
import Wire

/// The bytes of every message are fixed: a difference is a break of the protocol.
///
/// After a wanted change, run the tests once with `BATON_WRITE_GOLDEN=1` and review the difference.
@Suite struct GoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden")
    private static let isWriting = ProcessInfo.processInfo.environment["BATON_WRITE_GOLDEN"] == "1"

    @Test("the bytes of a message never change", arguments: GoldenMessages.all.indices)
    func bytes(row: Int) throws {
        let (name, message) = GoldenMessages.all[row]
        let file = Self.folder.appendingPathComponent("\(name).hex")
        let encoded = try message.encode()
        let text = """
            type \(Self.hexadecimal([UInt8(message.type.rawValue >> 8), UInt8(message.type.rawValue & 0xFF)]))
            header \(Self.hexadecimal(encoded.header))
            payload \(Self.hexadecimal(encoded.payload))

            """
        if Self.isWriting { try text.write(to: file, atomically: true, encoding: .utf8) }
        #expect(try String(contentsOf: file, encoding: .utf8) == text, "\(name)")
        let decoded = try Message.decode(type: encoded.type, header: encoded.header, payload: encoded.payload)
        #expect(decoded == message, "\(name)")
    }

    @Test("every message type has golden bytes, and every file a message")
    func coverage() throws {
        #expect(Set(GoldenMessages.all.map(\.message.type)) == Set(MessageType.allCases))
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(files) == Set(GoldenMessages.all.map { "\($0.name).hex" }))
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
