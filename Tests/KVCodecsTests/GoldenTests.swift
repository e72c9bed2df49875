import Foundation
import ServingTypes
import Testing

@testable import KVCodecs

/// The bytes of both formats are fixed: a difference is a break between workers of different builds.
///
/// After a wanted change, run the tests once with `BATON_WRITE_GOLDEN=1` and review the difference. A format
/// that changed needs a new first byte.
@Suite struct GoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden")
    private static let isWriting = ProcessInfo.processInfo.environment["BATON_WRITE_GOLDEN"] == "1"

    /// Two layers of two blocks: a raw cell, a row of zeros, an outlier that is escaped, channels that hold
    /// their value and are predicted.
    private static var chunk: Chunk {
        var chunk = Chunk(
            .small(layers: 2, heads: 1, dim: 16, tokens: 16),
            layerCount: 2,
            blockCount: 2,
            seed: 11
        )
        chunk.replace { (cell: Int, plane: Int, token: Int, channel: Int) -> Float? in
            if cell == 2 && plane == 1 && token == 5 && channel == 3 { return Float.nan }
            if cell == 0 && plane == 0 && token == 9 { return Float(0) }
            if cell == 1 && plane == 1 && token == 4 && channel == 6 { return Float(900) }
            guard plane == 0 && channel >= 4 else { return nil }
            let level: Int = 50 * (channel % 4) + (token * 7 + channel * 3) % 5
            return Float(10) + Float(level) / Float(10)
        }
        return chunk
    }

    @Test("the bytes of a format never change", arguments: Chunk.lossy)
    func bytes(codec: KVCodec) throws {
        let chunk = Self.chunk
        let payload = chunk.encoded(codec)
        let text = """
            payload \(Self.hexadecimal(payload))
            decoded \(Self.hexadecimal(try chunk.decoded(payload, codec)))

            """
        let file = Self.folder.appendingPathComponent("\(codec.name).hex")
        if Self.isWriting { try text.write(to: file, atomically: true, encoding: .utf8) }
        #expect(try String(contentsOf: file, encoding: .utf8) == text, "\(codec.name)")
    }

    @Test("the golden chunk uses every part of the format")
    func coverage() {
        let payload = Self.chunk.encoded(.cachegen)
        #expect(payload[2] != 0, "no escape")
        #expect(payload[10] == 0b0100, "not one raw cell")
        #expect(payload[11] == 1, "no anchored plane")
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
