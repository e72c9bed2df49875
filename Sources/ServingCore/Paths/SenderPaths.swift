/// The paths of one sender that something is known of, by their receivers' slots.
///
/// A rate takes eight bytes for each receiver up to the last; what else is known is kept of paths with bytes in
/// flight only, which are few.
struct SenderPaths: Sendable {
    /// What each path carries with nothing else on its way, in bytes per second: 0 where nothing is known, and
    /// negative where ``busy`` has more.
    private var rates: [Double] = []
    /// By receiver.
    private var busy: [PathFigures] = []

    /// The path to a receiver; `nil` when nothing is known of it.
    @inline(__always) subscript(to: Int) -> PathFigures? {
        guard to < rates.count, rates[to] != 0 else { return nil }
        return rates[to] > 0
            ? PathFigures(unknownTo: to, prior: rates[to]) : busy[firstBusy(notBefore: to)]
    }

    /// What nothing else on a path lets it carry, while it has nothing in flight; 0 when nothing is known of it,
    /// and less when it is busy.
    @inline(__always) func idleRate(to: Int) -> Double { to < rates.count ? rates[to] : 0 }

    /// The highest of all paths' rates; O(receivers).
    var fastest: Double { rates.reduce(0) { max($0, abs($1)) } }

    mutating func set(_ path: PathFigures) {
        precondition(path.alone > 0, "a path carries \(path.alone) bytes/s")
        remove(to: path.to)
        if path.to >= rates.count {
            rates.append(contentsOf: repeatElement(0, count: path.to + 1 - rates.count))
        }
        let isBusy = path.isActive || path.backlogBytes != 0 || path.load != 0
        rates[path.to] = isBusy ? -path.alone : path.alone
        if isBusy { busy.insert(path, at: firstBusy(notBefore: path.to)) }
    }

    mutating func remove(to: Int) {
        guard to < rates.count else { return }
        if rates[to] < 0 { busy.remove(at: firstBusy(notBefore: to)) }
        rates[to] = 0
    }

    private func firstBusy(notBefore to: Int) -> Int {
        var (low, high) = (0, busy.count)
        while low < high {
            let middle = (low + high) / 2
            if busy[middle].to < to { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
