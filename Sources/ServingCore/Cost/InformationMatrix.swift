/// A small symmetric positive matrix: what samples have told about coefficients, in all directions.
struct InformationMatrix: Sendable {
    let size: Int
    /// `[row][column]`, both halves.
    private var cells: [Double]

    /// `diagonal` in every direction.
    init(size: Int, diagonal: Double) {
        precondition(size > 0 && diagonal > 0, "a matrix of \(size) with \(diagonal) on its diagonal")
        self.size = size
        cells = Array(repeating: 0, count: size * size)
        for index in 0..<size { cells[index * size + index] = diagonal }
    }

    subscript(row: Int, column: Int) -> Double { cells[row * size + column] }

    /// The product with a vector.
    func times(_ vector: [Double]) -> [Double] {
        (0..<size).map { row in
            (0..<size).reduce(0) { $0 + cells[row * size + $1] * vector[$1] }
        }
    }

    /// Adds `weight · vector · vectorᵀ`.
    mutating func add(_ weight: Double, _ vector: [Double]) {
        for row in 0..<size where vector[row] != 0 {
            let scaled = weight * vector[row]
            for column in 0..<size { cells[row * size + column] += scaled * vector[column] }
        }
    }

    /// Solves for the coordinates in `free`, the others being zero, with `ridge` added to the diagonal.
    ///
    /// By Cholesky's decomposition; O(free³).
    func solve(_ right: [Double], free: [Int], ridge: Double) -> [Double] {
        let count = free.count
        var factor = [Double](repeating: 0, count: count * count)
        for row in 0..<count {
            for column in 0...row {
                var sum = self[free[row], free[column]] + (row == column ? ridge : 0)
                for k in 0..<column { sum -= factor[row * count + k] * factor[column * count + k] }
                if row == column {
                    // Rounding may leave a direction with nothing: the ridge is what is known of it.
                    factor[row * count + row] = max(sum, ridge).squareRoot()
                } else {
                    factor[row * count + column] = sum / factor[column * count + column]
                }
            }
        }
        return substitute(factor, right, free)
    }

    private func substitute(_ factor: [Double], _ right: [Double], _ free: [Int]) -> [Double] {
        let count = free.count
        var values = free.map { right[$0] }
        for row in 0..<count {
            for k in 0..<row { values[row] -= factor[row * count + k] * values[k] }
            values[row] /= factor[row * count + row]
        }
        for row in (0..<count).reversed() {
            for k in row + 1..<max(row + 1, count) { values[row] -= factor[k * count + row] * values[k] }
            values[row] /= factor[row * count + row]
        }
        var solution = [Double](repeating: 0, count: size)
        for (index, coordinate) in free.enumerated() { solution[coordinate] = values[index] }
        return solution
    }
}
