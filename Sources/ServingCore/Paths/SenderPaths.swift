/// The paths of one sender that something is known of, found by their receivers' slots.
struct SenderPaths: Sendable {
    /// In no order.
    private(set) var figures: [PathFigures] = []
    /// Place in `figures` plus 1 by receiver, 0 where nothing is known; 2 bytes for each receiver up to the last.
    private var places: [UInt16] = []

    /// The path to a receiver; `nil` when nothing is known of it.
    @inline(__always) subscript(to: Int) -> PathFigures? {
        guard to < places.count, places[to] != 0 else { return nil }
        return figures[Int(places[to]) - 1]
    }

    mutating func set(_ path: PathFigures) {
        if path.to >= places.count {
            places.append(contentsOf: repeatElement(0, count: path.to + 1 - places.count))
        }
        if places[path.to] != 0 {
            figures[Int(places[path.to]) - 1] = path
        } else {
            precondition(figures.count < Int(UInt16.max), "a sender has \(figures.count) paths")
            figures.append(path)
            places[path.to] = UInt16(figures.count)
        }
    }

    mutating func remove(to: Int) {
        guard to < places.count, places[to] != 0, let last = figures.popLast() else { return }
        let place = Int(places[to])
        places[to] = 0
        guard last.to != to else { return }
        figures[place - 1] = last
        places[last.to] = UInt16(place)
    }
}
