/// Finds stop strings in a stream of text and holds back what could be the start of one.
///
/// Strings are compared byte for byte. The stop that is complete first wins, of several that end at one place
/// the longest; the text is cut where it starts. The joined output does not depend on how the text is
/// divided.
public struct StopSequenceMatcher: Sendable {
    /// What may be passed on after a piece.
    public struct Output: Equatable, Sendable {
        /// Text that no stop string can start in or before; ends before the stop string if there is one.
        public var text: String
        /// The place of the stop string that was found in the list of stops.
        public var stop: Int?
    }

    /// One stop string and how much of it the text so far ends with.
    private struct Candidate: Sendable {
        let stop: Int
        let bytes: [UInt8]
        /// For each prefix, the length of its longest border (Knuth, Morris and Pratt).
        let borders: [Int]
        var matched = 0

        init(stop: Int, bytes: [UInt8]) {
            self.stop = stop
            self.bytes = bytes
            var borders = [0]
            for byte in bytes.dropFirst() {
                var length = borders[borders.count - 1]
                while length > 0, bytes[length] != byte { length = borders[length - 1] }
                borders.append(bytes[length] == byte ? length + 1 : 0)
            }
            self.borders = borders
        }

        mutating func advance(_ byte: UInt8) {
            while matched > 0, bytes[matched] != byte { matched = borders[matched - 1] }
            if bytes[matched] == byte { matched += 1 }
        }
    }

    private var candidates: [Candidate]
    private var held: [UInt8] = []
    /// The stop string that was found, by its place in the list of stops.
    public private(set) var stop: Int?

    /// Starts a stream; an empty stop string matches nothing.
    public init(stops: [String]) {
        candidates = stops.enumerated().filter { !$1.isEmpty }.map {
            Candidate(stop: $0, bytes: Array($1.utf8))
        }
    }

    /// Takes the next piece and returns what may be passed on; after a stop string, nothing more.
    ///
    /// - Complexity: O(bytes · stops).
    public mutating func append(_ piece: String) -> Output {
        guard stop == nil else { return Output(text: "", stop: stop) }
        guard !candidates.isEmpty else { return Output(text: piece, stop: nil) }
        for byte in piece.utf8 {
            held.append(byte)
            if let found = advance(byte) {
                stop = found.stop
                held.removeLast(found.length)
                return Output(text: finish(), stop: stop)
            }
        }
        let waiting = candidates.reduce(0) { max($0, $1.matched) }
        let passed = String(decoding: held.dropLast(waiting), as: UTF8.self)
        held.removeFirst(held.count - waiting)
        return Output(text: passed, stop: nil)
    }

    /// What was held back, when no text follows.
    public mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    private mutating func advance(_ byte: UInt8) -> (stop: Int, length: Int)? {
        var found: (stop: Int, length: Int)?
        for index in candidates.indices {
            candidates[index].advance(byte)
            let length = candidates[index].bytes.count
            if candidates[index].matched == length, length > found?.length ?? 0 {
                found = (candidates[index].stop, length)
            }
        }
        return found
    }
}
