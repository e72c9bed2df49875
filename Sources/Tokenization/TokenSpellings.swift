/// The bytes of every token, in one flat array.
struct TokenSpellings: Sendable {
    private(set) var bytes: [UInt8] = []
    private var ends: [Int] = [0]

    var count: Int { ends.count - 1 }

    mutating func append(_ spelling: some Collection<UInt8>) {
        bytes.append(contentsOf: spelling)
        ends.append(bytes.count)
    }

    /// Where the bytes of token `id` lie.
    func range(_ id: Int) -> Range<Int> { ends[id]..<ends[id + 1] }

    subscript(_ id: Int) -> ArraySlice<UInt8> { bytes[range(id)] }
}
