/// What a command shows: a document for programs, and lines for people.
struct Shown: Sendable {
    /// Columns of what does not go to a terminal.
    static let plainWidth = 80

    /// What JSON and YAML print.
    let document: DocumentValue
    private let table: @Sendable (Int) -> [StyledLine]

    /// - Parameter table: the lines for people, made for a number of columns; longer ones are not cut.
    init(document: DocumentValue, table: @escaping @Sendable (_ width: Int) -> [StyledLine]) {
        self.document = document
        self.table = table
    }

    /// A document and its text without colours.
    init(_ document: some Encodable, _ text: String) throws {
        let lines = StyledLine.lines(text)
        self.init(document: try DocumentValue(document)) { _ in lines }
    }

    /// Lines in one of the forms.
    func lines(_ format: OutputFormat, width: Int) throws -> [StyledLine] {
        switch format {
        case .table: table(width)
        case .json: StyledLine.lines(try document.json())
        case .yaml: StyledLine.lines(try document.yaml())
        }
    }

    /// The text of one of the forms, ending with a line's end.
    func text(_ format: OutputFormat, width: Int, isColored: Bool) throws -> String {
        try lines(format, width: width).map { $0.rendered(isColored: isColored) + "\n" }.joined()
    }
}
