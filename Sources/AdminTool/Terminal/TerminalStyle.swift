/// How a piece of text looks on a terminal.
enum TerminalStyle: Hashable, Sendable {
    case plain, bold, dim, red, yellow, green, cyan, reversed, boldReversed

    /// Parameters of the SGR control sequence; `nil` for text as it is.
    ///
    /// Source: ECMA-48, 8.3.117.
    var code: String? {
        switch self {
        case .plain: nil
        case .bold: "1"
        case .dim: "2"
        case .red: "31"
        case .yellow: "33"
        case .green: "32"
        case .cyan: "36"
        case .reversed: "7"
        case .boldReversed: "1;7"
        }
    }
}
