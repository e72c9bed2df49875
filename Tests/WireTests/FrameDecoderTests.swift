import Testing

@testable import Wire

@Suite struct FrameDecoderTests {
    static let seeds = (1...8).map { UInt64($0) } + [.random(in: .min ... .max)]

    @Test func `frames survive every split`() throws {
        let frames = [
            try Frame(type: 1, streamID: 0, message: []),
            try Frame(type: 2, streamID: 7, message: [1, 2, 3], payload: Array(0..<50)),
            try Frame(type: 3, streamID: .max, message: [], payload: [9]),
            try Frame(type: .max, streamID: 1, message: Array(0..<40)),
        ]
        let bytes = frames.flatMap { $0.encoded() }
        for cut in 0...bytes.count {
            var decoder = FrameDecoder()
            let first = try decoder.frames(in: Array(bytes[..<cut]))
            let second = try decoder.frames(in: Array(bytes[cut...]))
            #expect(first + second == frames, "cut at \(cut)")
        }
        var decoder = FrameDecoder()
        #expect(try bytes.flatMap { try decoder.frames(in: [$0]) } == frames, "byte by byte")
    }

    @Test(arguments: seeds)
    func `random frames come back in random pieces`(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let frames = try (0..<20).map { index in
            try Frame(
                type: random.next(),
                streamID: random.next(),
                message: random.bytes(count: Int.random(in: 0...300, using: &random)),
                payload: random.bytes(count: Int.random(in: 0...5000, using: &random))
            )
        }
        var rest = frames.flatMap { $0.encoded() }[...]
        var decoder = FrameDecoder()
        var decoded: [Frame] = []
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...4000, using: &random))
            decoded += try decoder.frames(in: Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        #expect(decoded == frames, "seed \(seed)")
    }

    @Test func `every flipped bit of a header is noticed`() throws {
        let sound = try Frame(type: 3, streamID: 4, message: [1], payload: [2]).encoded()
        for bit in 0..<(8 * FrameHeader.byteCount) {
            var bytes = sound
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            var decoder = FrameDecoder()
            #expect(throws: FrameError.self, "bit \(bit)") { try decoder.frames(in: bytes) }
        }
    }

    @Test(arguments: seeds)
    func `random bytes are refused and never make it wait for more than a header`(seed: UInt64) {
        var random = SplitMix(state: seed)
        for _ in 0..<500 {
            var bytes = random.bytes(count: Int.random(in: 24...200, using: &random))
            // Half of them get past the first checks.
            if Bool.random(using: &random) { bytes.replaceSubrange(0..<4, with: [0x42, 0x54, 1, 0]) }
            var decoder = FrameDecoder()
            #expect(throws: FrameError.self, "seed \(seed)") { try decoder.frames(in: bytes) }
        }
    }
}

extension FrameDecoder {
    /// All frames that the bytes complete.
    mutating func frames(in bytes: [UInt8]) throws -> [Frame] {
        try bytes.withUnsafeBytes { buffer in
            var frames: [Frame] = []
            var rest = buffer
            while true {
                let progress = try consume(rest)
                #expect(progress.consumedBytes <= rest.count)
                rest = UnsafeRawBufferPointer(rebasing: rest[progress.consumedBytes...])
                guard let frame = progress.frame else {
                    #expect(rest.isEmpty, "all bytes are used unless a frame is complete")
                    return frames
                }
                frames.append(frame)
            }
        }
    }
}

/// A small generator with a seed.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators".
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func bytes(count: Int) -> [UInt8] { (0..<count).map { _ in next() } }
}
