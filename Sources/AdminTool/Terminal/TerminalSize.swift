/// Columns and rows of a terminal.
struct TerminalSize: Hashable {
    let columns: Int
    let rows: Int
}
