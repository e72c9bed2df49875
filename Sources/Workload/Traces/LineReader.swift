/// The lines of a text, with their numbers; empty lines are passed over.
struct LineReader {
    private let bytes: ArraySlice<UInt8>
    private let limits: TraceLimits
    private var position: Int
    /// Number of the line last read, from 1.
    private(set) var number = 0

    init(_ bytes: [UInt8], _ limits: TraceLimits) throws(TraceError) {
        guard bytes.count <= limits.bytes else {
            throw TraceError(line: 0, .tooLarge(bytes: bytes.count, limit: limits.bytes))
        }
        // A byte order mark is not part of the first heading.
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        self.limits = limits
        position = self.bytes.startIndex
    }

    /// The next line that is not empty, without its end; `nil` after the last.
    mutating func next() throws(TraceError) -> ArraySlice<UInt8>? {
        while position < bytes.endIndex {
            let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            var line = bytes[position..<end]
            position = end + 1
            number += 1
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            guard line.count <= limits.lineBytes else {
                throw error(.lineTooLong(bytes: line.count, limit: limits.lineBytes))
            }
            if line.contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }) { return line }
        }
        return nil
    }

    func error(_ problem: TraceError.Problem) -> TraceError { TraceError(line: number, problem) }
}
