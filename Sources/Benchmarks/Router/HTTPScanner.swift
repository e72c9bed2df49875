/// Finds the end of one HTTP/1.1 message among the bytes that have arrived so far.
///
/// Reads just what it must: the length or the chunks of the body. Trailers are not understood.
struct HTTPScanner {
    /// Where the body starts; `nil` until the head is complete.
    private(set) var bodyStart: Int?
    private var contentLength = 0
    private var isChunked = false
    /// From where on nothing has been looked at.
    private var position = 0

    /// Looks at what is new; the number of bytes of the whole message once it is complete.
    ///
    /// - Throws: ``BenchFailure`` when a chunk's size is no number.
    mutating func scan(_ bytes: [UInt8]) throws(BenchFailure) -> Int? {
        if bodyStart == nil { scanHead(bytes) }
        guard let bodyStart else { return nil }
        guard isChunked else {
            let end = bodyStart + contentLength
            return bytes.count >= end ? end : nil
        }
        return try scanChunks(bytes)
    }

    /// Whether any byte of the body has arrived.
    func hasBody(_ bytes: [UInt8]) -> Bool { bodyStart.map { bytes.count > $0 } ?? false }

    private mutating func scanHead(_ bytes: [UInt8]) {
        let mark: [UInt8] = [13, 10, 13, 10]
        var index = max(0, position - 3)
        while index + 4 <= bytes.count {
            if bytes[index] == 13, bytes[index..<index + 4].elementsEqual(mark) {
                bodyStart = index + 4
                position = index + 4
                readFields(String(decoding: bytes[..<index], as: UTF8.self))
                return
            }
            index += 1
        }
        position = bytes.count
    }

    private mutating func readFields(_ head: String) {
        for line in head.split(separator: "\r\n").dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            switch line[..<colon].lowercased() {
            case "content-length": contentLength = Int(value) ?? 0
            case "transfer-encoding": isChunked = value.lowercased().hasSuffix("chunked")
            default: continue
            }
        }
    }

    private mutating func scanChunks(_ bytes: [UInt8]) throws(BenchFailure) -> Int? {
        while let lineEnd = Self.lineEnd(in: bytes, from: position) {
            let digits = bytes[position..<lineEnd].prefix { $0 != UInt8(ascii: ";") }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16) else {
                throw BenchFailure("a chunk's size is no number")
            }
            let end = lineEnd + 2 + size + 2
            guard end <= bytes.count else { return nil }
            position = end
            if size == 0 { return end }
        }
        return nil
    }

    private static func lineEnd(in bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + 1 < bytes.count {
            if bytes[index] == 13, bytes[index + 1] == 10 { return index }
            index += 1
        }
        return nil
    }
}
