internal import Foundation

/// Few dots for many measurements: one for each occupied cell of a grid over both logarithms.
///
/// Whatever lies apart from the rest keeps its own dot, and the same measurements always give the same dots.
enum DotThinning {
    /// The first measurement of a cell, and how many share the cell with it.
    struct Dot: Equatable {
        let index: Int
        var count: Int
    }

    /// At most `limit` dots, which is 1 at least, in order of their first measurement.
    ///
    /// - Complexity: O(n) for each of a few ever coarser grids.
    static func dots(_ points: [(x: Double, y: Double)], limit: Int) -> [Dot] {
        precondition(limit >= 1, "a limit of \(limit) dots")
        let across = positions(points.map(\.x))
        let down = positions(points.map(\.y))
        var columns = 512
        while true {
            let dots = firstOfEach(zip(across, down).map { cell($0, columns) * columns + cell($1, columns) })
            if dots.count <= limit || columns == 1 { return dots }
            columns = max(1, columns * 4 / 5)
        }
    }

    private static func firstOfEach(_ cells: [Int]) -> [Dot] {
        var places: [Int: Int] = [:]
        var dots: [Dot] = []
        for (index, cell) in cells.enumerated() {
            if let place = places[cell] {
                dots[place].count += 1
            } else {
                places[cell] = dots.count
                dots.append(Dot(index: index, count: 1))
            }
        }
        return dots
    }

    private static func cell(_ position: Double, _ count: Int) -> Int {
        min(count - 1, Int(position * Double(count)))
    }

    /// Where each value lies between the least above 0 and the greatest, by logarithm, 0...1; zeros at 0.
    private static func positions(_ values: [Double]) -> [Double] {
        let smallest = values.reduce(Double.infinity) { $1 > 0 ? min($0, $1) : $0 }
        let largest = values.reduce(0, max)
        let span = largest > smallest ? log(largest / smallest) : 1
        return values.map { $0 > smallest ? log($0 / smallest) / span : 0 }
    }
}
