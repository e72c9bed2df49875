internal import Foundation

/// A client that streams one answer and notes when each token comes.
struct TokenClient {
    private static let counter = Array("\"completion_tokens\":".utf8)
    private static let end = Array("[DONE]".utf8)

    let port: UInt16
    let model: String
    let ledger: TokenLedger

    /// Streams `tokens` tokens; the prompt's length names the stream.
    func stream(_ index: Int, tokens: Int) throws {
        let prompt = Array(repeating: "5", count: index + 1).joined(separator: ",")
        let body = """
            {"model":"\(model)","prompt":[\(prompt)],"max_tokens":\(tokens),"stream":true,"ignore_eos":true,\
            "stream_options":{"include_usage":true,"continuous_usage_stats":true}}
            """
        let head = """
            POST /v1/completions HTTP/1.1\r\nHost: router\r\nContent-Type: application/json\r\n\
            Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n
            """
        let socket = try LoopbackSocket.connect(port: port)
        try socket.send(Array((head + body).utf8))
        var text: [UInt8] = []
        var scratch = [UInt8](repeating: 0, count: 1 << 14)
        var count = 0
        while try socket.receive(into: &text, using: &scratch) {
            // Only whole lines: a number may be cut.
            guard let line = text.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            if let latest = Self.latestCount(in: text[...line]) {
                count = latest
                ledger.receive(index, through: count)
            }
            if text[...line].lastRange(of: Self.end) != nil { break }
            text.removeSubrange(...line)
        }
        guard count == tokens else {
            let answer = String(decoding: text.suffix(400), as: UTF8.self)
            throw BenchFailure("stream \(index) has \(count) of \(tokens) tokens: \(answer)")
        }
    }

    private static func latestCount(in text: ArraySlice<UInt8>) -> Int? {
        guard let found = text.lastRange(of: counter) else { return nil }
        return Int(
            String(decoding: text[found.upperBound...].prefix { (48...57).contains($0) }, as: UTF8.self)
        )
    }
}

extension ArraySlice<UInt8> {
    /// Where some bytes come last.
    fileprivate func lastRange(of bytes: [UInt8]) -> Range<Int>? {
        guard count >= bytes.count else { return nil }
        for start in stride(from: endIndex - bytes.count, through: startIndex, by: -1)
        where self[start] == bytes[0] && self[start..<start + bytes.count].elementsEqual(bytes) {
            return start..<start + bytes.count
        }
        return nil
    }
}
