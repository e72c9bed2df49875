/// A holder of a prefix as others may fetch from it; the smaller one is asked first.
struct FetchSource: Comparable, Sendable {
    /// Its place in the snapshot.
    let place: Int
    let blocks: Int
    /// What it sends already.
    let activePaths: Int
    /// How fast it can send.
    let bytesPerSecond: Double
    /// Whether its site has a better one.
    var isSecond = false

    /// Stands where there is none.
    static let none = FetchSource(place: .max, blocks: 0, activePaths: 0, bytesPerSecond: 0)

    /// The best of every site first; then by blocks held, by what the holder sends already, by how fast it can send,
    /// and by name.
    static func < (left: Self, right: Self) -> Bool {
        guard left.isSecond == right.isSecond else { return right.isSecond }
        guard left.blocks == right.blocks else { return left.blocks > right.blocks }
        guard left.activePaths == right.activePaths else { return left.activePaths < right.activePaths }
        guard left.bytesPerSecond == right.bytesPerSecond else {
            return left.bytesPerSecond > right.bytesPerSecond
        }
        return left.place < right.place
    }
}
