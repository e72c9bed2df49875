/// A column of a list: how a row looks there, and how rows are sorted by it.
struct TopColumn<Row> {
    /// What rows are sorted by: numbers begin with the largest, texts with the first of the alphabet.
    enum Key: Comparable {
        case number(Double)
        case text(String)

        /// A name, with the numbers in it in their order.
        static func name(_ name: String) -> Key { .text(NaturalOrder.key(of: name)) }
    }

    /// The heading; no two of a list are equal.
    let title: String
    /// Columns of the screen; of the first column the least.
    let width: Int
    var isRight = true
    /// Screens from this width on show it.
    var minimum = 0
    let cell: (Row) -> (text: String, style: TerminalStyle)
    let key: (Row) -> Key
}
