internal import NIOCore

/// The few words of a request that a null server reads; it looks for them as text, wherever they stand.
struct NullRequest {
    let isChat: Bool
    let isStreamed: Bool
    let tokens: Int

    init(_ body: ByteBuffer, isChat: Bool, usualTokens: Int) {
        self.isChat = isChat
        let view = body.readableBytesView
        isStreamed = Self.value("\"stream\":", in: view)?.starts(with: "true".utf8) ?? false
        let limit =
            Self.value("\"max_tokens\":", in: view) ?? Self.value("\"max_completion_tokens\":", in: view)
        let digits = limit.map { $0.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
        tokens = digits.flatMap { Int(String(decoding: $0, as: UTF8.self)) }.map { max(1, $0) } ?? usualTokens
    }

    /// What follows a name, without spaces.
    private static func value(_ name: StaticString, in view: ByteBufferView) -> ByteBufferView? {
        let count = name.utf8CodeUnitCount
        let place = view.withUnsafeBytes { bytes -> Int? in
            guard bytes.count >= count else { return nil }
            return (0...bytes.count - count).first { start in
                (0..<count).allSatisfy { bytes[start + $0] == name.utf8Start[$0] }
            }
        }
        guard let place else { return nil }
        return view[(view.startIndex + place + count)...].drop { $0 == UInt8(ascii: " ") }
    }
}
