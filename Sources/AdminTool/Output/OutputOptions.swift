internal import ArgumentParser

/// The form of what a command says, shared by all commands that say something.
struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("Form.", valueName: "format"))
    var output = OutputFormat.table

    /// Writes what a command found or did to standard output.
    func say(_ shown: Shown, color: ColorMode = .auto) throws {
        let screen = StandardOutput()
        screen.write(
            try shown.text(output, width: screen.width ?? Shown.plainWidth, isColored: color.isOn(screen))
        )
    }

    /// Writes the text for people, or the document for programs.
    func show(_ document: some Encodable, _ text: String) throws { try say(try Shown(document, text)) }
}
