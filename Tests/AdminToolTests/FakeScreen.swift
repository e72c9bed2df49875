@testable import AdminTool

/// As much of a terminal as the painter uses: places, erasing, looks that are passed over.
struct FakeScreen {
    let size: TerminalSize
    private var cells: [[String]]
    private var row = 0
    private var column = 0

    init(size: TerminalSize, filledWith text: String = " ") {
        self.size = size
        cells = Array(repeating: Array(repeating: text, count: size.columns), count: size.rows)
    }

    /// The rows; the second half of a wide character is nothing.
    var text: [String] { cells.map { $0.joined() } }

    mutating func take(_ bytes: String) {
        var rest = Substring(bytes)
        while let character = rest.first {
            if character == "\u{1B}" {
                let end = rest.dropFirst(2).firstIndex { $0.isLetter } ?? rest.endIndex
                control(rest[end], rest[rest.index(rest.startIndex, offsetBy: 2)..<end])
                rest = rest[rest.index(after: end)...]
            } else {
                put(rest.removeFirst())
            }
        }
    }

    private mutating func put(_ character: Character) {
        let width = DisplayWidth.of(character)
        guard row < size.rows, column + width <= size.columns else { return }
        cells[row][column] = String(character)
        for more in 1..<max(2, width) where width > 1 { cells[row][column + more] = "" }
        column += width
    }

    private mutating func control(_ name: Character, _ parameters: Substring) {
        switch name {
        case "H":
            let numbers = parameters.split(separator: ";").compactMap { Int($0) }
            (row, column) = (numbers[0] - 1, numbers[1] - 1)
        case "K": erase(row, from: column)
        case "J":
            let first = parameters == "2" ? 0 : row
            for row in first..<size.rows { erase(row, from: parameters == "2" || row > first ? 0 : column) }
        default: break
        }
    }

    private mutating func erase(_ row: Int, from column: Int) {
        for index in column..<size.columns { cells[row][index] = " " }
    }
}

/// Numbers from a seed.
struct Lehmer {
    private var state: UInt64

    init(seed: UInt64) { state = seed | 1 }

    /// A number below a limit.
    mutating func next(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}
