/// Splits a stream of server-sent events into the data of each, in whatever pieces the bytes arrive.
///
/// Bytes go through buffers that are kept, so an event costs no allocation. Comments and fields other than `data` are
/// skipped. Source: HTML Living Standard, section 9.2.6.
struct SSEParser {
    /// Most bytes of one line and of one event's data.
    static let eventLimit = 1 << 20

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let field = Array("data:".utf8)

    /// The start of a line whose end has not come yet.
    private var line: [UInt8] = []
    /// Data lines of the event that has not ended yet, joined by line feeds.
    private var data: [UInt8] = []
    private var hasData = false
    /// The last byte was a carriage return: a line feed now belongs to it.
    private var skipsLineFeed = false

    /// Whether the bytes so far end inside an event.
    var isInsideEvent: Bool { hasData || !line.isEmpty }

    /// Takes the next bytes and calls `event` with the data of each event that they complete.
    ///
    /// - Parameter event: what it is given is valid during the call only.
    /// - Returns: `false` once a line or an event is longer than ``eventLimit``; the stream is then useless.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, _ event: (UnsafeRawBufferPointer) -> Void) -> Bool {
        var start = 0
        if skipsLineFeed, let first = bytes.first {
            skipsLineFeed = false
            if first == Self.lineFeed { start = 1 }
        }
        while let end = lineEnd(in: bytes, from: start) {
            let next = endOfBreak(in: bytes, at: end)
            let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            if line.isEmpty {
                take(piece, event)
            } else {
                line.append(contentsOf: piece)
                takeLine(event)
            }
            guard data.count <= Self.eventLimit else { return false }
            start = next
        }
        line.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[min(start, bytes.count)...]))
        return line.count <= Self.eventLimit
    }

    private func lineEnd(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if bytes[index] == Self.lineFeed || bytes[index] == Self.carriageReturn { return index }
            index += 1
        }
        return nil
    }

    /// Where the line after the break at `end` starts; a line feed that is still to come is remembered.
    private mutating func endOfBreak(in bytes: UnsafeRawBufferPointer, at end: Int) -> Int {
        guard bytes[end] == Self.carriageReturn else { return end + 1 }
        guard end + 1 < bytes.count else {
            skipsLineFeed = true
            return end + 1
        }
        return bytes[end + 1] == Self.lineFeed ? end + 2 : end + 1
    }

    /// The line that came in pieces; its buffer is kept.
    private mutating func takeLine(_ event: (UnsafeRawBufferPointer) -> Void) {
        var whole: [UInt8] = []
        swap(&whole, &line)
        whole.withUnsafeBytes { take($0, event) }
        whole.removeAll(keepingCapacity: true)
        swap(&whole, &line)
    }

    /// One line without its break.
    private mutating func take(_ line: UnsafeRawBufferPointer, _ event: (UnsafeRawBufferPointer) -> Void) {
        guard !line.isEmpty else {
            guard hasData else { return }
            data.withUnsafeBytes(event)
            data.removeAll(keepingCapacity: true)
            hasData = false
            return
        }
        guard line.count >= Self.field.count, line.prefix(Self.field.count).elementsEqual(Self.field) else {
            return
        }
        let start = Self.field.count
        let hasSpace = line.count > start && line[start] == UInt8(ascii: " ")
        if hasData { data.append(Self.lineFeed) }
        hasData = true
        data.append(contentsOf: UnsafeRawBufferPointer(rebasing: line[(hasSpace ? start + 1 : start)...]))
    }
}
